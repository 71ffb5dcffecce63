import { useEffect, useState } from 'preact/hooks';

/** Whether the window is narrower than so many px, as it changes. */
export const useNarrow = (width: number): boolean => {
  const [media] = useState(() => matchMedia(`(max-width: ${width}px)`));
  const [isNarrow, setNarrow] = useState(media.matches);
  useEffect(() => {
    const look = (): void => setNarrow(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, [media]);
  return isNarrow;
};
