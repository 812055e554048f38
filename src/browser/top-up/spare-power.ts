/**
 * Whether this device has data and energy to spare for work that nobody waits for.
 *
 * Owns that judgement; must not know what the work is. No browser says that its battery saver is
 * on, but those that have one draw 30 frames a second then (Chrome's Energy Saver, Safari in Low
 * Power Mode): where no frame comes sooner, there is a saver, or a screen so slow that a
 * top-up does not matter much.
 */

/** Between the 33 ms of a saver and the 17 ms of the slowest usual screen. */
const SLOW_FRAME_MS = 28;
const LOW_LEVEL = 0.2;
/** The smallest of so many intervals: a busy page misses frames, but not all of them. */
const FRAMES = 10;
/** A page that is not drawn gets no frames at all. */
const FRAMES_PATIENCE_MS = 2_000;

export interface Battery {
  readonly charging: boolean;
  /** 0 to 1. */
  readonly level: number;
}

export interface PowerPorts {
  /** The visitor or the browser asks for fewer bytes. */
  readonly savesData: () => boolean;
  /** `undefined` where the browser does not tell. */
  readonly readBattery: () => Promise<Battery | undefined>;
  /** Calls back with the time of the next frame. */
  readonly onFrame: (callback: (timeMs: number) => void) => void;
  readonly after: (delayMs: number, callback: () => void) => void;
}

function measureFrames({ onFrame, after }: PowerPorts): Promise<number> {
  return new Promise((resolve) => {
    const times: number[] = [];
    const finish = (): void => {
      const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
      resolve(Math.min(...intervals));
    };
    const note = (timeMs: number): void => {
      times.push(timeMs);
      if (times.length > FRAMES) finish();
      else onFrame(note);
    };
    onFrame(note);
    after(FRAMES_PATIENCE_MS, finish);
  });
}

export async function hasSparePower(ports: PowerPorts): Promise<boolean> {
  if (ports.savesData()) return false;
  const battery = await ports.readBattery();
  if (battery !== undefined && !battery.charging && battery.level <= LOW_LEVEL) return false;
  return (await measureFrames(ports)) < SLOW_FRAME_MS;
}
