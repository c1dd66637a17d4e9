// Owns hostPath volumes: what must be at the path, and what is made if it is not. Source: Kubernetes documentation,
// "hostPath volume types".
import { mkdir, open, stat } from 'node:fs/promises';
import type { HostPathVolumeSource } from '@berth/objects';
import { VolumeError } from './volume-files.ts';

export async function prepareHostPath({ path, type }: HostPathVolumeSource): Promise<void> {
  if (!type) return;
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 });
  if (type === 'FileOrCreate') await (await open(path, 'a', 0o644)).close();
  const found = await stat(path).catch(() => undefined);
  const fits: Readonly<Record<typeof type, boolean | undefined>> = {
    Directory: found?.isDirectory(),
    DirectoryOrCreate: found?.isDirectory(),
    File: found?.isFile(),
    FileOrCreate: found?.isFile(),
    Socket: found?.isSocket(),
    CharDevice: found?.isCharacterDevice(),
    BlockDevice: found?.isBlockDevice(),
  };
  if (!fits[type]) throw new VolumeError(`hostPath type check failed: ${path} is not ${descriptions[type]}`);
}

const descriptions = {
  Directory: 'a directory',
  DirectoryOrCreate: 'a directory',
  File: 'a file',
  FileOrCreate: 'a file',
  Socket: 'a socket file',
  CharDevice: 'a character device',
  BlockDevice: 'a block device',
} as const;
