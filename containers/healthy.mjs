// Ends with 0 if every URL answers with 200: `healthy.mjs CA-FILE URL…`. HTTPS has to be of that authority.
import { readFileSync } from 'node:fs';
import { get as getOverHttp } from 'node:http';
import { get as getOverHttps } from 'node:https';

const [caFile, ...urls] = process.argv.slice(2);
const ca = readFileSync(caFile);
await Promise.all(urls.map(assertHealthy));

function assertHealthy(url) {
  return new Promise((resolve, reject) => {
    const answered = (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answers with ${response.statusCode}`));
    };
    const request = url.startsWith('https:') ? getOverHttps(url, { ca }, answered) : getOverHttp(url, answered);
    request.on('error', reject);
  });
}
