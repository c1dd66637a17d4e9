import { describe, expect, test } from 'vitest';
import { isOwnHost, isOwnOrigin } from './origin.ts';

describe('hosts', () => {
  test.each([
    { host: 'localhost:7070', own: true },
    { host: 'LOCALHOST', own: true },
    { host: 'berth.localhost:7070', own: true },
    { host: '127.0.0.1:7070', own: true },
    { host: '[::1]:7070', own: true },
    { host: '10.0.0.7', own: true },
    { host: 'berth.example', own: true },
    { host: 'Berth.Example:443', own: true },
    { host: 'evil.example', own: false },
    { host: 'berth.example.evil.example', own: false },
    { host: 'localhost.evil.example', own: false },
    { host: '127.0.0.1@evil.example', own: false },
    { host: 'a b', own: false },
    { host: '', own: false },
    { host: undefined, own: false },
  ])('$host: $own', ({ host, own }) => {
    expect(isOwnHost(host, ['berth.example'])).toBe(own);
  });
});

describe('origins', () => {
  const host = '127.0.0.1:7070';
  test.each([
    { title: 'its own page', headers: { origin: 'http://127.0.0.1:7070' }, own: true },
    { title: 'behind a proxy that speaks TLS', headers: { origin: 'https://127.0.0.1:7070' }, own: true },
    { title: 'a program', headers: {}, own: true },
    { title: 'an address that was typed', headers: { 'sec-fetch-site': 'none' }, own: true },
    { title: 'another site', headers: { origin: 'https://evil.example' }, own: false },
    { title: 'another port of this machine', headers: { origin: 'http://127.0.0.1:9999' }, own: false },
    { title: 'a sandboxed frame', headers: { origin: 'null' }, own: false },
    { title: 'another site, without an origin', headers: { 'sec-fetch-site': 'cross-site' }, own: false },
    { title: 'another port, without an origin', headers: { 'sec-fetch-site': 'same-site' }, own: false },
  ])('$title: $own', ({ headers, own }) => {
    expect(isOwnOrigin({ headers: { host, ...headers } })).toBe(own);
  });
});
