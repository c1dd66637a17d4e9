'use client';
// Owns the YAML editor: CodeMirror in the bridge's own colours, with problems marked at their field. Loaded only where
// YAML is shown.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { offsetOfField } from './field-line.ts';

interface EditorProblem {
  /** The place of the document in the text, from 0, empty ones not counted. */
  readonly document: number;
  readonly field: string;
  readonly message: string;
}

interface Properties {
  readonly label: string;
  readonly text: string;
  readonly problems: readonly EditorProblem[];
  readonly readOnly?: boolean;
  readonly hint?: string;
  onChange?(text: string): void;
  /** ⌘Enter or Ctrl Enter. */
  onSubmit?(): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--ink)', fontWeight: '550' },
  { tag: [tags.string, tags.content], color: 'var(--starting-text)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--running-text)' },
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator], color: 'var(--ink-3)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--sheet)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--sheet)', color: 'var(--ink-3)', border: 'none', paddingLeft: '6px' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in oklab, var(--sunken) 55%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--lamp-soft)',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--lamp-soft)', outline: '1px solid var(--lamp-line)' },
  '.cm-panels': { backgroundColor: 'var(--canvas)', color: 'var(--ink)', borderColor: 'var(--line)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    fontFamily: 'var(--font-sans)',
    fontSize: '13px',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--failing)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--sunken)', border: '1px solid var(--line)', color: 'var(--ink-2)' },
});

export function Editor({ label, text, problems, readOnly = false, hint, onChange, onSubmit }: Properties) {
  const holder = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const calls = useRef({ onChange, onSubmit });
  calls.current = { onChange, onSubmit };
  const locked = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once; later texts are put into it below
  useEffect(() => {
    const editor = new EditorView({
      parent: holder.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          foldGutter(),
          lintGutter(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          search({ top: true }),
          indentUnit.of('  '),
          yaml(),
          syntaxHighlighting(colours),
          look,
          hint ? placeholder(hint) : [],
          EditorView.contentAttributes.of({ 'aria-label': label, 'data-testid': 'yaml', tabindex: '0' }),
          locked.current.of([EditorState.readOnly.of(readOnly)]),
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                calls.current.onSubmit?.();
                return true;
              },
            },
            ...searchKeymap,
            ...historyKeymap,
            ...foldKeymap,
            ...defaultKeymap,
            // Escape, then Tab leaves the editor: CodeMirror's own way for people without a mouse.
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    view.current?.dispatch({ effects: locked.current.reconfigure([EditorState.readOnly.of(readOnly)]) });
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const source = editor.state.doc.toString();
    const marks: Diagnostic[] = problems.map(({ document, field, message }) => {
      const line = editor.state.doc.lineAt(Math.min(source.length, offsetOfField(source, document, field)));
      return {
        from: line.from + (line.text.length - line.text.trimStart().length),
        to: line.to,
        severity: 'error',
        message: field ? `${field}: ${message}` : message,
      };
    });
    editor.dispatch(setDiagnostics(editor.state, marks));
    if (marks[0]) editor.dispatch({ effects: EditorView.scrollIntoView(marks[0].from, { y: 'center' }) });
  }, [problems]);

  return (
    <div
      ref={holder}
      className="min-h-0 flex-1 overflow-hidden rounded-md border border-line-strong focus-within:border-ink"
    />
  );
}
