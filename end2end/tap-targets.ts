import type { Page } from '@playwright/test';

/**
 * Returns the controls whose tap target is less than 44 px wide or high.
 *
 * The tap target is the area in which the browser sends a press to the control; it may be larger than the element's
 * box. Links in a sentence are left out, as in WCAG 2.2, 2.5.8.
 */
export function smallTapTargets(page: Page) {
    return page.evaluate(() => {
        const minimum = 43.5;
        const reach = (control: Element, x: number, y: number, dx: number, dy: number) => {
            for (let step = 0; step < 44; step++) {
                const hit = document.elementFromPoint(x + dx * (step + 1), y + dy * (step + 1));
                if (!hit || !control.contains(hit)) return step;
            }
            return 44;
        };
        // An open dialog makes the rest of the page inert.
        const root = document.querySelector('dialog[open]') ?? document;
        const controls = [...root.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')];
        const visible = controls.filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
        // A press on its label is a press on the control.
        const labelled = (control: Element) => control.closest('label') ?? control;
        const standalone = visible.filter((control) => getComputedStyle(control).display !== 'inline' && !control.matches('.skip'));
        const small = standalone.map(labelled).flatMap((control) => {
            control.scrollIntoView({ block: 'center', behavior: 'instant' });
            const box = control.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const width = reach(control, x, y, 1, 0) + reach(control, x, y, -1, 0) + 1;
            const height = reach(control, x, y, 0, 1) + reach(control, x, y, 0, -1) + 1;
            const name = control.getAttribute('aria-label') ?? control.textContent?.trim();
            return Math.min(width, height) >= minimum ? [] : [`${name}: ${width} × ${height}`];
        });
        [window, document.querySelector('dialog[open]')].forEach((scrolled) => scrolled?.scrollTo(0, 0));
        return small;
    });
}
