import { useEffect, useRef, useState } from 'react';

/** Typing is over after so many milliseconds. */
const SETTLE_MS = 300;

/**
 * A field whose text is sent once typing is over, and which follows `value` when that changes for another reason (a
 * link that clears all filters, the browser's back): what was typed before must not come back then.
 */
export function useSettled(value: string, send: (typed: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const sending = useRef(send);
  useEffect(() => {
    sending.current = send;
  });
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed;
      sending.current(typed);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
