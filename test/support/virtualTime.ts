export { VirtualTime } from '../../src/adapters/time/virtualTime.ts';
