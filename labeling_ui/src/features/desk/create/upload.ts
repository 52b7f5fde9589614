import { authorization } from '@/api/client';
import { ApiProblem, Unreachable, type Problem } from '@/api/problem';
import type { components } from '@/api/schema';

export type Scene = components['schemas']['UploadedScene'];

/** Sends a file as it is, and tells how far it is: `fetch` could not tell. */
export function uploadScene(file: File, onShare: (share: number) => void): Promise<Scene> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/scenes');
    for (const [name, value] of Object.entries(authorization())) {
      request.setRequestHeader(name, value);
    }
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    // Headers carry Latin letters only.
    request.setRequestHeader('X-Filename', file.name.replaceAll(/[^\x20-\x7e]/g, '_'));
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Scene);
      else reject(new ApiProblem(request.status, problemOf(request)));
    };
    request.onerror = () => reject(new Unreachable());
    request.send(file);
  });
}

function problemOf(request: XMLHttpRequest): Problem {
  const body = request.response as Partial<Problem> | null;
  return { type: 'about:blank', title: `HTTP ${request.status}`, detail: '', ...body };
}
