export { FakeSource } from './fake-source.ts';
