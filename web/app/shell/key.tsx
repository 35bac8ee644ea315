/** Where a key is entered, where the stage asks for one. It stays in the memory of this page and is gone with it. */
import { type FormEvent, useRef, useState } from "react";
import { setKey } from "../../api/client.ts";
import { forgetAnswers } from "../data/answers.ts";

export function KeyButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [hasKey, setHasKey] = useState(false);
  const [text, setText] = useState("");
  const take = (event: FormEvent) => {
    event.preventDefault();
    const key = text.trim();
    setKey(key === "" ? undefined : key);
    setHasKey(key !== "");
    setText("");
    dialog.current?.close();
    forgetAnswers();
  };
  return (
    <>
      <button type="button" aria-pressed={hasKey} onClick={() => dialog.current?.showModal()}>
        Key
      </button>
      <dialog ref={dialog} aria-labelledby="key-title">
        <form onSubmit={take}>
          <h2 id="key-title">API key</h2>
          <p className="dim">
            Needed where the service asks for one. It is kept in the memory of this page only; empty
            takes it back.
          </p>
          <input
            type="password"
            autoComplete="off"
            aria-label="API key"
            placeholder="eq_…"
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
          <p className="dialog-end">
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
            <button type="submit" className="primary">
              Use it
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
