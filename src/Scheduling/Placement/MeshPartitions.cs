// Owns the ways of cutting nodes into meshes.
namespace Tern.Scheduling.Placement;

/// <summary>Partitions of a node's GPUs into meshes, and choices of one partition for each node.</summary>
public static class MeshPartitions
{
    /// <summary>
    /// All ways to write <paramref name="gpus"/> as a sum of the sizes, each largest size first; those with larger meshes come first.
    /// Of 8 GPUs in sizes 8, 4, 2, 1 there are ten (MuxServe, ICML 2024, §3.2).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No GPUs, or a size below 1.</exception>
    public static IReadOnlyList<IReadOnlyList<int>> OfNode(int gpus, ReadOnlySpan<int> sizes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gpus, 1);
        var descending = sizes.ToArray();
        Array.Sort(descending, (a, b) => b.CompareTo(a));
        List<IReadOnlyList<int>> found = [];
        Extend(gpus, 0, []);
        return found;

        void Extend(int left, int from, List<int> meshes)
        {
            if (left == 0)
                found.Add([.. meshes]);
            for (var i = from; i < descending.Length && left > 0; i++)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(descending[i], 1, nameof(sizes));
                if (descending[i] > left)
                    continue;
                meshes.Add(descending[i]);
                Extend(left - descending[i], i, meshes);
                meshes.RemoveAt(meshes.Count - 1);
            }
        }
    }

    /// <summary>All multisets of <paramref name="nodes"/> partitions: nodes are alike, so their order does not matter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No nodes.</exception>
    public static IEnumerable<IReadOnlyList<IReadOnlyList<int>>> OfCluster(
        int nodes,
        IReadOnlyList<IReadOnlyList<int>> partitions
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        return Choose(new int[nodes], 0);

        IEnumerable<IReadOnlyList<IReadOnlyList<int>>> Choose(int[] chosen, int node)
        {
            if (node == nodes)
            {
                yield return [.. chosen.Select(index => partitions[index])];
                yield break;
            }
            for (var index = node == 0 ? 0 : chosen[node - 1]; index < partitions.Count; index++)
            {
                chosen[node] = index;
                foreach (var choice in Choose(chosen, node + 1))
                    yield return choice;
            }
        }
    }
}
