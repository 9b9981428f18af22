import type { Page } from '@playwright/test';

/**
 * The controls that a finger may miss: what answers to it is less than 44 px wide or high.
 *
 * What counts is where the browser would send a press, not the box of the element: a control may reach
 * beyond it. Links in a sentence are left out, as in WCAG 2.2, 2.5.8.
 */
export function smallTargets(page: Page) {
    return page.evaluate(() => {
        const enough = 43.5;
        const reach = (control: Element, x: number, y: number, dx: number, dy: number) => {
            for (let step = 0; step < 44; step++) {
                const hit = document.elementFromPoint(x + dx * (step + 1), y + dy * (step + 1));
                if (!hit || !control.contains(hit)) return step;
            }
            return 44;
        };
        // Beside an open dialog nothing can be pressed.
        const place = document.querySelector('dialog[open]') ?? document;
        const controls = [...place.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')];
        const visible = controls.filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
        // A press on its label is one on the control.
        const labelled = (control: Element) => control.closest('label') ?? control;
        const own = visible.filter((control) => getComputedStyle(control).display !== 'inline' && !control.matches('.skip'));
        const small = own.map(labelled).flatMap((control) => {
            control.scrollIntoView({ block: 'center', behavior: 'instant' });
            const box = control.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const width = reach(control, x, y, 1, 0) + reach(control, x, y, -1, 0) + 1;
            const height = reach(control, x, y, 0, 1) + reach(control, x, y, 0, -1) + 1;
            const name = control.getAttribute('aria-label') ?? control.textContent?.trim();
            return Math.min(width, height) >= enough ? [] : [`${name}: ${width} × ${height}`];
        });
        [window, document.querySelector('dialog[open]')].forEach((scrolled) => scrolled?.scrollTo(0, 0));
        return small;
    });
}
