// Push buttons. `flat` ones stand in toolbars and beside fields; the primary one is what Enter does in a dialog.
import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  readonly children?: ReactNode;
  readonly kind?: 'plain' | 'primary' | 'danger';
  readonly look?: 'small' | 'flat' | 'icon';
  /** Letter for Alt; left out: one is chosen. `null`: none, as OK and Cancel have Enter and Esc. */
  readonly accessKey?: string | null;
}

export function Button({ children, kind = 'plain', look, accessKey = '', ...rest }: ButtonProps) {
  const className = ['button', kind === 'plain' ? '' : kind, look ?? ''].filter((part) => part !== '').join(' ');
  const text = typeof children === 'string' && accessKey !== null ? <span data-access={accessKey}>{children}</span> : children;
  return <AriaButton {...rest} className={look === 'flat' ? `${className} small` : className}>{text}</AriaButton>;
}
