import type { EiEvent } from '../../protocol/elements/eiEvent.ts';

/** Whether a DR event is only a test: any testEvent text but `false`. @rule 2.0b 6 */
export const isTestEvent = (event: EiEvent): boolean => {
  const { testEvent } = event.eventDescriptor;
  return testEvent !== undefined && testEvent !== '' && testEvent.toLowerCase() !== 'false';
};
