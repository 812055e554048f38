/**
 * What a plot of a report shows.
 *
 * Owns the shapes and their bounds; must not know how a plot is drawn.
 */

/** How values are written: plain numbers, bytes (kB = 1,000), US dollars, seconds, bits. */
export type ValueFormat = 'number' | 'bytes' | 'dollars' | 'seconds' | 'bits';

export interface ValueAxis {
  readonly label: string;
  /** `number` where it is left out. */
  readonly format?: ValueFormat;
}

export interface PositionAxis {
  readonly label: string;
  /** `time`: Unix seconds, shown in UTC. `duration`: seconds since a start. */
  readonly format: 'time' | 'duration' | 'number';
}

/** A value that the plot is to be read against: a line of its own, with its label. */
export interface PlotMark {
  readonly label: string;
  readonly value: number;
}

/** Points in ascending order of x; x may repeat. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

interface PlotBase {
  readonly title: string;
  readonly y: ValueAxis;
  /** What is to be seen, in a sentence: printed below, and read to those who cannot see it. */
  readonly note?: string;
  readonly marks?: readonly PlotMark[];
}

/** One line a series. */
export interface LinePlot extends PlotBase {
  readonly kind: 'lines';
  readonly x: PositionAxis;
  readonly series: readonly Series[];
}

/** Series on top of each other, none below 0; one that has no point at an x counts as 0 there. */
export interface AreaPlot extends PlotBase {
  readonly kind: 'areas';
  readonly x: PositionAxis;
  readonly series: readonly Series[];
}

/** A part of a bar; parts of the same name look the same in all bars. */
export interface BarPart {
  readonly name: string;
  /** 0 or more. */
  readonly value: number;
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What `value` consists of, from the axis on: at most `value` together, the rest has no name. */
  readonly parts?: readonly BarPart[];
}

/** Horizontal bars, in the given order. */
export interface BarPlot extends PlotBase {
  readonly kind: 'bars';
  readonly bars: readonly Bar[];
}

export type Plot = LinePlot | AreaPlot | BarPlot;
