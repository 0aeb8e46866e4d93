// Owns the binary heap whose items know their places, so that any of them can be removed or moved in O(log n).
namespace Tern.Scheduling;

/// <summary>A heap; the order is a struct, so that no comparison is a virtual call.</summary>
/// <param name="order">The order.</param>
/// <param name="capacity">Items that need no growth.</param>
internal sealed class IndexedHeap<T, TOrder>(TOrder order, int capacity = 0)
    where TOrder : struct, IHeapOrder<T>
{
    private T[] _items = new T[capacity];

    public int Count { get; private set; }

    /// <summary>The item before all others.</summary>
    /// <exception cref="InvalidOperationException">The heap is empty.</exception>
    public T First => Count > 0 ? _items[0] : throw new InvalidOperationException("the heap is empty");

    public void Add(T item)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Math.Max(4, 2 * Count));
        Up(Count++, item);
    }

    public void Remove(T item)
    {
        int hole = order.PlaceOf(item);
        order.SetPlace(item, -1);
        var last = _items[--Count];
        _items[Count] = default!;
        if (hole == Count)
            return;
        Down(hole, last);
        Up(order.PlaceOf(last), last);
    }

    /// <summary>Restores the order after an item's key has changed.</summary>
    public void Update(T item)
    {
        Down(order.PlaceOf(item), item);
        Up(order.PlaceOf(item), item);
    }

    private void Up(int place, T item)
    {
        while (place > 0 && order.Before(item, _items[(place - 1) / 2]))
        {
            Put(place, _items[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        Put(place, item);
    }

    private void Down(int place, T item)
    {
        while (2 * place + 1 < Count)
        {
            int child = 2 * place + 1;
            if (child + 1 < Count && order.Before(_items[child + 1], _items[child]))
                child++;
            if (!order.Before(_items[child], item))
                break;
            Put(place, _items[child]);
            place = child;
        }
        Put(place, item);
    }

    private void Put(int place, T item)
    {
        _items[place] = item;
        order.SetPlace(item, place);
    }
}
