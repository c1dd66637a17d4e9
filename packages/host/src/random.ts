// Owns randomness, so that what depends on it takes it as an argument.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Random {
  /** A UUID, version 4. */
  uuid(): string;
  /** `length` characters of the alphabet that Kubernetes uses for generated names: no vowels, no look-alikes. */
  suffix(length: number): string;
  /** A number in [0, 1). */
  fraction(): number;
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export const systemRandom: Random = {
  uuid: randomUUID,
  suffix: (length) => Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join(''),
  fraction: Math.random,
};
