/**
 * A cart of a shop, kept in the browser between visits.
 *
 * Prices are in cents. Taxes are not part of any of them.
 */
import type { Product } from './product.js';
import { readStored, writeStored } from './storage.js';

/** How a cart can be told about. */
export type Change =
  | { readonly kind: 'added'; readonly product: Product }
  | { readonly kind: 'removed'; readonly id: string }
  | { readonly kind: 'cleared' };

export interface CartOptions {
  /** Where it is kept. */
  readonly key: string;
  readonly currency: 'EUR' | 'USD';
  onChange?(change: Change): void;
}

export enum Shipping {
  Standard = 'standard',
  Express = 'express',
}

const rates: Record<Shipping, number> = {
  [Shipping.Standard]: 490,
  [Shipping.Express]: 1290,
};

declare global {
  interface Window {
    cart?: Cart;
  }
}

@observed
export class Cart {
  readonly #options: CartOptions;
  #lines = new Map<string, { product: Product; count: number }>();

  static async open(options: CartOptions): Promise<Cart> {
    const cart = new Cart(options);
    for (const [id, line] of Object.entries((await readStored(options.key)) ?? {})) {
      cart.#lines.set(id, line);
    }
    return cart;
  }

  constructor(options: CartOptions) {
    this.#options = options;
  }

  /** The sum of all lines, without shipping. */
  get total(): number {
    let sum = 0;
    for (const { product, count } of this.#lines.values()) sum += product.price * count;
    return sum;
  }

  add(product: Product, count = 1): void {
    const line = this.#lines.get(product.id);
    if (line) {
      line.count += count;
    } else {
      this.#lines.set(product.id, { product, count });
    }
    this.#options.onChange?.({ kind: 'added', product });
    this.#save();
  }

  #save = (): void => {
    const stored = Object.fromEntries(this.#lines);
    writeStored(this.#options.key, stored).catch((error: unknown) => {
      console.warn('the cart could not be kept', error);
    });
  };
}

/** What shipping costs: nothing from 50 on. */
export function shippingOf(cart: Cart, shipping: Shipping = Shipping.Standard): number {
  if (cart.total >= 5_000 && shipping === Shipping.Standard) {
    return 0;
  }
  return rates[shipping];
}

export const formatPrice = (cents: number, currency: CartOptions['currency']): string => {
  const formatter = new Intl.NumberFormat('en', { style: 'currency', currency });
  return formatter.format(cents / 100);
};

function observed<T extends new (...args: never[]) => object>(target: T): T {
  Object.defineProperty(target, 'observed', { value: true, enumerable: false });
  return target;
}
