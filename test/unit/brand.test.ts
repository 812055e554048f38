/** The operator's brand: colours that can be read, text that stays text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentColours, contrastRatio } from '../../src/core/brand.ts';

const SEED = 20_261_122;
const LIGHT_GROUND = '#faf9f7';
const DARK_GROUND = '#14181b';
const WCAG_AA = 4.5;

describe('accentColours', () => {
  it('knows the contrasts of WCAG', () => {
    expect(contrastRatio('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastRatio('#777777', '#ffffff')).toBeCloseTo(4.478, 2);
    expect(contrastRatio('#123456', '#123456')).toBe(1);
  });

  it('keeps a colour that can be read as it is', () => {
    expect(accentColours('#0f6a62').light).toBe('#0f6a62');
    expect(accentColours('#5cc8b8').dark).toBe('#5cc8b8');
  });

  it('can be read on both grounds and under button texts, whatever the accent', () => {
    const anyColour = fc
      .integer({ min: 0, max: 0xff_ff_ff })
      .map((value) => `#${value.toString(16).padStart(6, '0')}`);
    const isReadable = (accent: string) => {
      const { light, dark } = accentColours(accent);
      const ratios = [
        contrastRatio(light, LIGHT_GROUND),
        contrastRatio(light, '#ffffff'),
        contrastRatio(dark, DARK_GROUND),
        contrastRatio(dark, '#000000'),
      ];
      return ratios.every((ratio) => ratio >= WCAG_AA);
    };
    for (const accent of ['#000000', '#ffffff', '#ffff00', '#0000ff', '#808080']) {
      expect([accent, isReadable(accent)]).toEqual([accent, true]);
    }
    fc.assert(fc.property(anyColour, isReadable), { seed: SEED, numRuns: 2000 });
  });
});
