// The heap against a sorted list, over random operations.
using FsCheck;
using FsCheck.Fluent;

namespace Tern.Scheduling.Tests;

public class IndexedHeapTests
{
    [Fact]
    public void Random_additions_removals_and_changes_leave_the_smallest_first() =>
        Prop.ForAll<int[]>(steps =>
            {
                var keys = new int[16];
                var places = new int[16];
                Array.Fill(places, -1);
                var heap = new IndexedHeap<int, ByKey>(new ByKey(keys, places));
                foreach (int step in steps)
                {
                    int item = (step & int.MaxValue) % keys.Length;
                    int key = (step & int.MaxValue) / keys.Length % 5;
                    if (places[item] < 0)
                    {
                        keys[item] = key;
                        heap.Add(item);
                    }
                    else if (key == 0)
                    {
                        heap.Remove(item);
                        Assert.Equal(-1, places[item]);
                    }
                    else
                    {
                        keys[item] = key;
                        heap.Update(item);
                    }
                    int[] inside = [.. Enumerable.Range(0, keys.Length).Where(i => places[i] >= 0)];
                    Assert.Equal(inside.Length, heap.Count);
                    if (inside.Length > 0)
                        Assert.Equal(inside.MinBy(i => (keys[i], i)), heap.First);
                }
                while (heap.Count > 1)
                {
                    int first = heap.First;
                    heap.Remove(first);
                    Assert.True((keys[first], first).CompareTo((keys[heap.First], heap.First)) < 0);
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void An_empty_heap_has_no_first() =>
        Assert.Throws<InvalidOperationException>(() => new IndexedHeap<int, ByKey>(new ByKey([], [])).First);

    private readonly struct ByKey(int[] keys, int[] places) : IHeapOrder<int>
    {
        public bool Before(int a, int b) => (keys[a], a).CompareTo((keys[b], b)) < 0;

        public int PlaceOf(int item) => places[item];

        public void SetPlace(int item, int place) => places[item] = place;
    }
}
