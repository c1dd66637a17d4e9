// Owns how passwords are kept: Argon2id, with OWASP's least parameters, a few at a time so that sign-ins cannot eat the
// machine's memory.
import { type Algorithm, hash, verify } from '@node-rs/argon2';

const argon2id = 2 as Algorithm.Argon2id;
const parameters = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each one takes 19 MiB while it runs. */
const atOnce = 2;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, parameters));
}

/** Of a password that nobody has, so that an unknown name takes as long as a known one. */
let nobody: Promise<string> | undefined;

/** Takes as long when there is no hash. */
export async function passwordMatches(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  if (passwordHash) return inTurn(() => verify(passwordHash, password));
  nobody ??= hashPassword('');
  const hashOfNobody = await nobody;
  await inTurn(() => verify(hashOfNobody, password));
  return false;
}
