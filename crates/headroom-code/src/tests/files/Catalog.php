<?php

declare(strict_types=1);

namespace Shop\Catalog;

use InvalidArgumentException;
use Shop\Product;

/**
 * All products of the shop.
 */
final class Catalog implements \Countable
{
    private const LIMIT = 5000;

    /** @var array<string, Product> */
    private array $products = [];

    public function __construct(private readonly string $currency)
    {
        if (strlen($currency) !== 3) {
            throw new InvalidArgumentException('a currency has three letters');
        }
    }

    public function add(Product $product): void
    {
        if (count($this->products) >= self::LIMIT) {
            throw new InvalidArgumentException('the catalogue is full');
        }
        $this->products[$product->id] = $product;
    }

    /** Products by what they cost, cheapest first. */
    public function byPrice(): array
    {
        $sorted = array_values($this->products);
        usort($sorted, fn (Product $one, Product $other) => $one->price <=> $other->price);
        return $sorted;
    }

    public function count(): int
    {
        return count($this->products);
    }
}

function catalog_of(string $currency, Product ...$products): Catalog
{
    $catalog = new Catalog($currency);
    foreach ($products as $product) {
        $catalog->add($product);
    }
    return $catalog;
}
