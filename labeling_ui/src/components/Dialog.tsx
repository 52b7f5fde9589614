import { useEffect, useId, useRef, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** Without it the dialog stays until its question is answered. */
  readonly onClose?: () => void;
  /** A key was pressed: its `KeyboardEvent.code`. */
  readonly onKey?: (code: string) => void;
}

/** The browser's own modal dialog: it keeps the focus inside and gives it back. */
export function Dialog({ title, children, onClose, onKey }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useEffect(() => {
    const element = dialog.current;
    if (element !== null && !element.open) element.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      className="dialog"
      tabIndex={-1} // it can take the focus itself, while it waits for any key
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose?.();
      }}
      // Keys of the screen beneath do nothing while a dialog is open.
      onKeyDown={(event) => {
        event.stopPropagation();
        onKey?.(event.code);
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
