// Owns the far end of a ChannelStream for tests: what comes out of it the test says, what goes in it sees.
import type { ChannelStream } from '@berth/objects';

export interface FakeChannels extends ChannelStream {
  /** `channel:text` of what was sent. */
  readonly sent: readonly string[];
  readonly closed: boolean;
  say(channel: number, text: string): void;
  /** Nothing more comes. */
  finish(): void;
}

export function fakeChannels(): FakeChannels {
  const waiting: { channel: number; data: Uint8Array }[] = [];
  const sent: string[] = [];
  let finished = false;
  let closed = false;
  let wake = () => {};
  return {
    sent,
    get closed() {
      return closed;
    },
    say(channel, text) {
      waiting.push({ channel, data: Buffer.from(text) });
      wake();
    },
    finish() {
      finished = true;
      wake();
    },
    send: (channel, data) => void sent.push(`${channel}:${Buffer.from(data).toString('latin1')}`),
    close() {
      closed = true;
      finished = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      while (true) {
        const next = waiting.shift();
        if (next) yield next;
        else if (finished) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
