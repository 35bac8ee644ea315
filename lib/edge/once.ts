/** What costs something is made when it is first asked for, and then kept. A failure is not kept. */
export const once = <T>(make: () => T): (() => T) => {
  let made: Readonly<{ value: T }> | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
