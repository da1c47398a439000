import type { ButtonHTMLAttributes } from 'react';

const LOOKS = {
  primary: 'bg-accent text-on-accent border-accent hover:opacity-90',
  plain: 'bg-surface text-text border-field hover:bg-raised',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
  quiet: 'bg-transparent text-text border-transparent hover:bg-raised',
} as const;

/** How a button looks: the one main action of a place, an ordinary one, one that destroys, one among many. */
export type ButtonLook = keyof typeof LOOKS;

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'plain', small = false): string {
  const size = small ? 'px-2 py-1 text-sm min-h-8' : 'px-3 py-1.5 min-h-10';
  return `inline-flex items-center justify-center gap-1.5 rounded-md border font-medium no-underline disabled:opacity-60 ${size} ${LOOKS[look]}`;
}

/** A button. */
export function Button({
  look = 'plain',
  small = false,
  className = '',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: ButtonLook; small?: boolean }) {
  return <button type="button" {...rest} className={`${buttonClass(look, small)} ${className}`} />;
}
