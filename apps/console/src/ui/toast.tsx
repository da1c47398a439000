import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly bad: boolean;
}

const Toasts = createContext<(text: string, bad?: boolean) => void>(() => undefined);

/** Tells what was done, or what went wrong, without moving the focus. It stays for some seconds and is read aloud. */
export function useToast(): (text: string, bad?: boolean) => void {
  return useContext(Toasts);
}

/** Where toasts appear. */
export function ToastHost({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Toast[]>([]);
  const tell = useCallback((text: string, bad = false) => {
    const id = Date.now() + Math.random();
    setShown((before) => [...before.slice(-2), { id, text, bad }]);
    setTimeout(() => setShown((before) => before.filter((toast) => toast.id !== id)), bad ? 12_000 : 6000);
  }, []);
  return (
    <Toasts value={tell}>
      {children}
      <div role="status" aria-live="polite" className="fixed inset-x-3 bottom-3 z-50 flex flex-col items-end gap-2">
        {shown.map(({ bad, id, text }) => (
          <p
            key={id}
            className={`max-w-md rounded-md border px-3 py-2 shadow-lg ${bad ? 'border-bad bg-bad-soft text-bad' : 'border-line bg-surface text-text'}`}
          >
            {text}
          </p>
        ))}
      </div>
    </Toasts>
  );
}
