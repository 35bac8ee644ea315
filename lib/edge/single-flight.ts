/** Lets callers that ask for the same thing at the same time share one piece of work, its failure included. */
export function singleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const flights = new Map<string, Promise<T>>();
  return (key, work) => {
    const underway = flights.get(key);
    if (underway) return underway;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
