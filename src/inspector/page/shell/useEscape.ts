/** Escape closes what lies above a room, wherever the focus is. */
import { useEffect } from 'preact/hooks';

/** Calls `close` at Escape, as long as it is open. */
export const useEscape = (isOpen: boolean, close: () => void): void =>
  useEffect(() => {
    if (!isOpen) return undefined;
    const hear = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') close();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, [isOpen, close]);
