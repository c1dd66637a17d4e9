// Owns the links in what a proxied program answers: those that begin at its root must lead back through the proxy.
// Source: Kubernetes, k8s.io/apimachinery/pkg/util/proxy/transport.go.
import { Transform } from 'node:stream';

export interface Links {
  /** The path under which the program's root is found here: `/api/v1/namespaces/default/pods/web/proxy`. */
  readonly prefix: string;
  /** By which the program may name itself: its own address, and what the client called. */
  readonly hosts: readonly string[];
}

/** Left as it is: what leads elsewhere, what is relative, and what leads through the proxy already. */
export function rewrittenLink(link: string, { prefix, hosts }: Links): string {
  const [, host, path = ''] = /^(?:https?:)?\/\/([^/?#]*)(.*)$/is.exec(link) ?? ['', undefined, link];
  if (host !== undefined && !hosts.includes(host)) return link;
  const local = host !== undefined && !path.startsWith('/') ? `/${path}` : path;
  if (!local.startsWith('/') || isUnder(local, prefix)) return local;
  return `${prefix}${local}`;
}

function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && /^([/?#]|$)/.test(path.slice(prefix.length));
}

/** Attributes that hold a link, by element. Source: the HTML standard, table of attributes; as Kubernetes has them. */
const linkAttributes: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  area: ['href'],
  audio: ['src'],
  base: ['href'],
  blockquote: ['cite'],
  body: ['background'],
  button: ['formaction'],
  del: ['cite'],
  embed: ['src'],
  form: ['action'],
  frame: ['longdesc', 'src'],
  html: ['manifest'],
  iframe: ['longdesc', 'src'],
  img: ['longdesc', 'src', 'usemap'],
  input: ['formaction', 'src', 'usemap'],
  ins: ['cite'],
  link: ['href'],
  object: ['codebase', 'data', 'usemap'],
  q: ['cite'],
  script: ['src'],
  source: ['src'],
  video: ['poster', 'src'],
};

/** Elements whose content is text, whatever it looks like. */
const rawText = new Set(['script', 'style', 'textarea', 'title', 'xmp']);
/** A tag or a comment that is longer is passed on as it is. */
const maxHeld = 16 * 1024;

/**
 * Rewrites the links of HTML as it passes. Bytes are taken one for one (latin1), so that any encoding that has ASCII
 * within it goes through unharmed.
 */
export function linkRewriter(links: Links): Transform {
  let held = '';
  /** The element whose text is passing, which only its own end tag ends. */
  let textOf: string | undefined;

  /** Everything of `held` that is whole; the rest waits for more, unless this is the end. */
  function take(isEnd: boolean): string {
    let out = '';
    let at = 0;
    while (at < held.length) {
      const next = held.indexOf('<', at);
      if (next < 0) {
        out += held.slice(at);
        at = held.length;
        break;
      }
      out += held.slice(at, next);
      at = next;
      const piece = pieceAt(held, at, textOf);
      if (piece === undefined) {
        if (!isEnd && held.length - at < maxHeld) break;
        out += '<';
        at += 1;
        continue;
      }
      out += piece.tag === undefined ? piece.text : rewrittenTag(piece.text, piece.tag, links);
      if (piece.ends) textOf = undefined;
      else if (piece.tag !== undefined && rawText.has(piece.tag)) textOf = piece.tag;
      at += piece.text.length;
    }
    held = held.slice(at);
    return out;
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      held += chunk.toString('latin1');
      done(null, Buffer.from(take(false), 'latin1'));
    },
    flush(done) {
      done(null, Buffer.from(take(true), 'latin1'));
    },
  });
}

interface Piece {
  readonly text: string;
  /** Of a start tag: its name in lower case. */
  readonly tag?: string;
  /** It is the end tag of the element whose text was passing. */
  readonly ends?: boolean;
}

/** What begins with the `<` at `at`; undefined: its end has not come yet. */
function pieceAt(html: string, at: number, textOf: string | undefined): Piece | undefined {
  if (textOf !== undefined) {
    const end = `</${textOf}`;
    const found = html.slice(at, at + end.length).toLowerCase();
    if (found === end) return { text: html.slice(at, at + end.length), ends: true };
    return end.startsWith(found) ? undefined : { text: '<' };
  }
  if (html.startsWith('<!--', at)) {
    const end = html.indexOf('-->', at + 4);
    return end < 0 ? undefined : { text: html.slice(at, end + 3) };
  }
  if (html.length - at < 4 && '<!--'.startsWith(html.slice(at))) return undefined;
  const name = /^<([a-z][a-z0-9-]*)(?=[\s/>])/i.exec(html.slice(at, at + 64))?.[1];
  // No start tag, unless it only begins to be one.
  if (name === undefined)
    return html.length - at < 64 && /^<[a-z0-9-]*$/i.test(html.slice(at)) ? undefined : { text: '<' };
  const end = tagEnd(html, at + 1 + name.length);
  return end === undefined ? undefined : { text: html.slice(at, end), tag: name.toLowerCase() };
}

/** Behind the `>` that ends the tag: one within quotes does not. */
function tagEnd(html: string, from: number): number | undefined {
  let quote: string | undefined;
  for (let i = from; i < html.length; i++) {
    const character = html[i]!;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
    } else if (character === '>') return i + 1;
    else if ((character === '"' || character === "'") && /=\s*$/.test(html.slice(Math.max(from, i - 16), i)))
      quote = character;
  }
  return undefined;
}

const attribute = /([^\s"'<>/=]+)(\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/g;

function rewrittenTag(tag: string, name: string, links: Links): string {
  const wanted = linkAttributes[name];
  if (!wanted) return tag;
  return tag.replace(attribute, (whole, key: string, equals: string, value: string) => {
    if (!wanted.includes(key.toLowerCase())) return whole;
    const quote = value[0] === '"' || value[0] === "'" ? value[0] : '';
    const link = quote ? value.slice(1, -1) : value;
    return `${key}${equals}${quote}${rewrittenLink(link.trim(), links)}${quote}`;
  });
}
