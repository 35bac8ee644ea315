/** What all charts have in common: their frame, and the colours of the theme that is on. */

/** The words of the style sheet for a variable that is no colour. */
const styleOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export type Colours = Readonly<Record<string, string>>;

/**
 * What colours of the style sheet are in the theme that is on, as a canvas knows no variables:
 * { "--accent": "rgb(98, 168, 255)" }. They are read together, as the browser works out its styles for each reading.
 */
export function coloursIn(frame: HTMLElement, names: readonly string[]): Colours {
  const probes = names.map((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    return probe;
  });
  frame.append(...probes);
  const found = probes.map((probe, at) => [names[at]!, getComputedStyle(probe).color]);
  for (const probe of probes) probe.remove();
  return Object.fromEntries(found);
}

export const thinned = (colour: string, opacity: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);

export const FRAME_COLOURS = ["--text-dim", "--edge", "--grid"];

/** Colours are read when a theme has been put on, so a chart is drawn anew with it. */
export function frameOptions(colours: Colours) {
  return {
    autoSize: true,
    layout: {
      attributionLogo: false,
      background: { color: "transparent" },
      textColor: colours["--text-dim"]!,
      fontFamily: styleOf("--font"),
      fontSize: 11,
      panes: { separatorColor: colours["--edge"]!, enableResize: false },
    },
    grid: {
      vertLines: { color: colours["--grid"]! },
      horzLines: { color: colours["--grid"]! },
    },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.06 } },
    timeScale: { borderVisible: false, fixLeftEdge: true, fixRightEdge: true, minBarSpacing: 0.05 },
    handleScale: { axisPressedMouseMove: { price: false } },
    localization: { locale: "en-US", dateFormat: "yyyy-MM-dd" },
  } as const;
}
