// Owns the installation of system packages on Debian and Ubuntu.
import { findProgram, isRoot, runProgram } from './commands.ts';

/** Throws an Error that says which packages are needed where they cannot be installed. */
export async function installDebianPackages(names: readonly string[], say: (line: string) => void): Promise<void> {
  const wanted = names.join(', ');
  const apt = findProgram('apt-get');
  if (!apt) throw new Error(`${wanted} cannot be installed: there is no apt-get on this machine`);
  if (!isRoot) throw new Error(`only root may install ${wanted}`);
  say(`installing ${wanted}`);
  await runProgram(apt, ['update', '-qq']);
  await runProgram(apt, ['install', '-y', '-qq', ...names]);
}

/** Installs the packages of those programs that are not there. */
export async function ensurePrograms(
  packageOf: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<void> {
  const missing = Object.keys(packageOf).filter((program) => !findProgram(program));
  if (missing.length > 0) await installDebianPackages([...new Set(missing.map((name) => packageOf[name]!))], say);
}
