// Owns the promise of the prefix tree: equal hashes are not enough.
using Tern.Scheduling.Blocks;

namespace Tern.Scheduling.Tests.Blocks;

public sealed class PrefixTreeTests
{
    private const ulong _hash = 42; // every block here has the same: collisions on purpose

    private static PrefixTree Tree(out long node)
    {
        var tree = new PrefixTree(4, 2);
        Assert.Equal(-1, tree.Publish(0, _hash, 0, "salt", [1, 2]));
        node = tree.NodeOf(0);
        return tree;
    }

    [Fact]
    public void A_block_is_found_by_its_content() => Assert.Equal(0, Tree(out _).Find(_hash, 0, "salt", [1, 2]));

    [Fact]
    public void A_collision_of_tokens_is_a_miss() => Assert.Equal(-1, Tree(out _).Find(_hash, 0, "salt", [1, 3]));

    [Fact]
    public void A_collision_of_salts_is_a_miss()
    {
        Assert.Equal(-1, Tree(out _).Find(_hash, 0, "tlas", [1, 2]));
        Assert.Equal(-1, Tree(out _).Find(_hash, 0, null, [1, 2]));
    }

    [Fact]
    public void A_collision_of_parents_is_a_miss()
    {
        var tree = Tree(out var node);
        Assert.Equal(-1, tree.Find(_hash, node, "salt", [1, 2]));
        tree.Publish(1, 43, node, "salt", [5, 6]);
        Assert.Equal(1, tree.Find(43, node, "salt", [5, 6]));
        Assert.Equal(-1, tree.Find(43, 0, "salt", [5, 6]));
    }

    [Fact]
    public void A_node_that_returns_is_another_so_that_what_followed_the_old_one_stays_lost()
    {
        var tree = Tree(out var node);
        tree.Publish(1, 43, node, "salt", [5, 6]);
        tree.Remove(0);
        tree.Publish(2, _hash, 0, "salt", [1, 2]);
        Assert.NotEqual(node, tree.NodeOf(2));
        Assert.Equal(-1, tree.Find(43, tree.NodeOf(2), "salt", [5, 6]));
    }

    [Fact]
    public void The_later_of_two_colliding_blocks_displaces_the_earlier()
    {
        var tree = Tree(out _);
        Assert.Equal(0, tree.Publish(3, _hash, 0, "salt", [8, 9]));
        Assert.False(tree.Contains(0));
        Assert.Equal(3, tree.Find(_hash, 0, "salt", [8, 9]));
        Assert.Equal(1, tree.Count);
    }

    [Fact]
    public void The_chain_hash_depends_on_salt_parent_order_and_tokens()
    {
        var hashes = new HashSet<ulong>();
        foreach (var salt in new[] { null, "", "a", "b", "ab", "ba" })
        {
            var root = BlockHash.Root(salt);
            foreach (
                int[] tokens in (int[][])
                    [
                        [1, 2],
                        [2, 1],
                        [1, 2, 0],
                        [0, 0],
                        [0],
                        [],
                    ]
            )
            {
                Assert.True(hashes.Add(BlockHash.Chain(root, tokens)));
                Assert.True(hashes.Add(BlockHash.Chain(BlockHash.Chain(root, [9]), tokens)));
            }
        }
    }

    [Fact]
    public void The_chain_hash_is_the_same_on_every_machine() =>
        Assert.Equal(2995256418916890384UL, BlockHash.Chain(BlockHash.Root("tenant"), [1, 2, 3, 4]));
}
