import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

const BOX = 'w-full rounded-md border border-field bg-surface px-2.5 py-1.5 text-text min-h-10';

interface About {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
}

function Labelled({ about, children, id }: { about: About; id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {about.label}
      </label>
      {children}
      {about.hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-soft">
          {about.hint}
        </p>
      )}
      {about.error !== undefined && (
        <p id={`${id}-error`} className="text-sm text-bad" role="alert">
          {about.error}
        </p>
      )}
    </div>
  );
}

function describedBy(id: string, { error, hint }: About) {
  const ids = [hint === undefined ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`].filter(Boolean);
  return {
    ...(ids.length > 0 ? { 'aria-describedby': ids.join(' ') } : {}),
    ...(error === undefined ? {} : { 'aria-invalid': true }),
  };
}

/** A line of text with its label. */
export function TextField({ label, hint, error, ...rest }: About & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const about = { label, hint, error };
  return (
    <Labelled about={about} id={id}>
      <input {...rest} id={id} {...describedBy(id, about)} className={BOX} />
    </Labelled>
  );
}

/** Several lines of text with their label. */
export function TextArea({ label, hint, error, ...rest }: About & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const about = { label, hint, error };
  return (
    <Labelled about={about} id={id}>
      <textarea rows={5} {...rest} id={id} {...describedBy(id, about)} className={`${BOX} ${rest.className ?? ''}`} />
    </Labelled>
  );
}

/** One of a few, with its label. */
export function SelectField({ label, hint, error, ...rest }: About & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const about = { label, hint, error };
  return (
    <Labelled about={about} id={id}>
      <select {...rest} id={id} {...describedBy(id, about)} className={BOX} />
    </Labelled>
  );
}
