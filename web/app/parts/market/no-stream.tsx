/** What to do while no trade has come: nothing is broken. */

export const NoStream = ({ symbols }: Readonly<{ symbols: number }>) => (
  <section className="no-stream" aria-label="No stream">
    <h2>No trade has come yet</h2>
    <p>
      This view shows the market as it happens. A feed brings the trades; the simulated one needs no
      account. In the folder of the project:
    </p>
    <pre>
      <code>npx equipoise feed --source simulate</code>
    </pre>
    <p className="dim">
      {symbols > 0 && `${symbols} symbols have daily prices. `}This page looks again every few
      seconds and begins by itself.
    </p>
  </section>
);
