import { pan, type Point, type Size, type View, zoomAround } from './projection';

/** What gestures on a map work with. */
export interface Gestured {
  readonly view: () => View;
  readonly size: () => Size;
  readonly change: (view: View) => void;
  /** A click or a tap. */
  readonly pick: (point: Point) => void;
  /** A pointer rests or moves there; null: it left. */
  readonly hover: (point: Point | null) => void;
  readonly showAll: () => void;
}

/** Pixels that a finger may slip while it taps. */
const SLIP = 6;
const KEY_STEP = 80;
const WHEEL_PER_ZOOM = 400;
const DOUBLE_CLICK_ZOOM = 1;
const KEY_ZOOM = 0.5;

/** Moves a map by mouse, fingers and keys. Two fingers zoom; the wheel zooms around the pointer. */
export function gestures(of: Gestured): (element: HTMLElement) => () => void {
  return (element) => {
    const pointers = new Map<number, Point>();
    let slipped = 0;
    let moved = false;

    const placeOf = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: clientX - left, y: clientY - top };
    };

    function onpointerdown(event: PointerEvent): void {
      if (event.button !== 0) return;
      if (pointers.size === 0) {
        slipped = 0;
        moved = false;
      }
      pointers.set(event.pointerId, placeOf(event));
      element.setPointerCapture(event.pointerId);
    }

    function onpointermove(event: PointerEvent): void {
      const place = placeOf(event);
      const before = pointers.get(event.pointerId);
      if (!before) {
        of.hover(event.pointerType === 'mouse' ? place : null);
        return;
      }
      const [dx, dy] = [place.x - before.x, place.y - before.y];
      slipped += Math.hypot(dx, dy);
      if (!moved && slipped < SLIP) return;
      moved = true;
      of.hover(null);
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, place);
      if (!other) {
        of.change(pan(of.view(), dx, dy));
        return;
      }
      const ratio =
        Math.hypot(place.x - other.x, place.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
      const middle = { x: (place.x + other.x) / 2, y: (place.y + other.y) / 2 };
      const panned = pan(of.view(), dx / 2, dy / 2);
      of.change(
        Number.isFinite(ratio) && ratio > 0
          ? zoomAround(panned, Math.log2(ratio), middle, of.size())
          : panned,
      );
    }

    function onpointerup(event: PointerEvent): void {
      const wasDown = pointers.delete(event.pointerId);
      if (wasDown && !moved && pointers.size === 0) of.pick(placeOf(event));
    }

    function onpointercancel({ pointerId }: PointerEvent): void {
      pointers.delete(pointerId);
      moved = true;
    }

    function onwheel(event: WheelEvent): void {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      of.change(zoomAround(of.view(), (-event.deltaY * lines) / WHEEL_PER_ZOOM, placeOf(event), of.size()));
    }

    function ondblclick(event: MouseEvent): void {
      of.change(zoomAround(of.view(), DOUBLE_CLICK_ZOOM, placeOf(event), of.size()));
    }

    function onkeydown(event: KeyboardEvent): void {
      if (event.target !== element || event.ctrlKey || event.metaKey || event.altKey) return;
      const { width, height } = of.size();
      const middle = { x: width / 2, y: height / 2 };
      const moves: Readonly<Record<string, () => void>> = {
        ArrowLeft: () => of.change(pan(of.view(), KEY_STEP, 0)),
        ArrowRight: () => of.change(pan(of.view(), -KEY_STEP, 0)),
        ArrowUp: () => of.change(pan(of.view(), 0, KEY_STEP)),
        ArrowDown: () => of.change(pan(of.view(), 0, -KEY_STEP)),
        '+': () => of.change(zoomAround(of.view(), KEY_ZOOM, middle, of.size())),
        '=': () => of.change(zoomAround(of.view(), KEY_ZOOM, middle, of.size())),
        '-': () => of.change(zoomAround(of.view(), -KEY_ZOOM, middle, of.size())),
        Home: of.showAll,
        Enter: () => of.pick(middle),
      };
      const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
      if (!move) return;
      event.preventDefault();
      move();
    }

    const leave = (): void => of.hover(null);
    const controller = new AbortController();
    const { signal } = controller;
    element.addEventListener('pointerdown', onpointerdown, { signal });
    element.addEventListener('pointermove', onpointermove, { signal });
    element.addEventListener('pointerup', onpointerup, { signal });
    element.addEventListener('pointercancel', onpointercancel, { signal });
    element.addEventListener('pointerleave', leave, { signal });
    element.addEventListener('wheel', onwheel, { signal, passive: false });
    element.addEventListener('dblclick', ondblclick, { signal });
    element.addEventListener('keydown', onkeydown, { signal });
    return () => controller.abort();
  };
}
