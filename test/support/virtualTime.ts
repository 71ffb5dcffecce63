export { VirtualTime } from '../../src/adapters/virtualTime.ts';
