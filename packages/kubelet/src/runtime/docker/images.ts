// Owns images in Docker: what is here, and fetching what is not.
import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import { type ImageInfo, type PullRequest, RuntimeError } from '../port.ts';
import { unlessMissing } from './errors.ts';

export async function inspectImage(docker: Docker, name: string): Promise<ImageInfo | undefined> {
  const found = await unlessMissing(docker.getImage(name).inspect());
  return found && imageInfo(found);
}

export async function listImages(docker: Docker): Promise<ImageInfo[]> {
  const found = await docker.listImages();
  return found.map((image) => ({
    id: `docker://${image.Id}`,
    names: [...(image.RepoDigests ?? []), ...(image.RepoTags ?? [])].filter((name) => !name.startsWith('<none>')),
    sizeBytes: image.Size,
    user: '',
  }));
}

export async function pullImage(docker: Docker, name: string, request: PullRequest): Promise<void> {
  const { credentials, signal } = request;
  const authconfig = credentials && {
    username: credentials.username,
    password: credentials.password,
    serveraddress: credentials.server,
  };
  const stream = await docker.pull(withTag(name), { abortSignal: signal, ...(authconfig ? { authconfig } : {}) });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error: unknown) => {
      if (error) reject(new RuntimeError(error instanceof Error ? error.message : String(error)));
      else resolve();
    });
  });
}

/** Without a tag or a digest Docker would fetch every tag there is; `latest` is what is meant. */
export function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') || last.includes('@') ? name : `${name}:latest`;
}

function imageInfo(image: ImageInspectInfo): ImageInfo {
  return {
    id: image.RepoDigests?.[0] ? `docker-pullable://${image.RepoDigests[0]}` : `docker://${image.Id}`,
    names: [...(image.RepoDigests ?? []), ...(image.RepoTags ?? [])],
    sizeBytes: image.Size,
    user: image.Config.User ?? '',
  };
}
