using System;
using System.Collections.Generic;
using System.Linq;

namespace Shop.Orders
{
    /// <summary>What was ordered.</summary>
    public record Item(string Name, decimal Price, int Count);

    public interface IStore
    {
        void Save(Order order);
    }

    /// <summary>
    /// An order of one customer.
    /// </summary>
    public class Order
    {
        private readonly List<Item> items = new();

        public string Customer { get; init; } = "";

        public decimal Total
        {
            get
            {
                var sum = items.Sum(item => item.Price * item.Count);
                return Math.Round(sum, 2, MidpointRounding.AwayFromZero);
            }
        }

        [Obsolete("use Add with a count")]
        public void Add(string name, decimal price)
        {
            Console.Error.WriteLine($"{name} was added without a count");
            Add(name, price, 1);
        }

        public void Add(string name, decimal price, int count)
        {
            if (count < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(count), "has to be at least one");
            }
            items.Add(new Item(name, price, count));
        }
    }

    public enum State
    {
        Open,
        Paid,
        Sent,
    }
}
