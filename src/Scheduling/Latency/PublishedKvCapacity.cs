// Owns the KV capacities that DistServe publishes.
namespace Tern.Scheduling.Latency;

/// <summary>
/// KV tokens of an instance on A100 80 GB in FP16. Data: DistServe, Apache License 2.0, commit 82831f1604cc6b10bebd360f6c437a07790dde9f,
/// <c>simdistserve/estimators/profile_data/max_num_tokens.csv</c>. <see cref="KvCapacity"/> computes the same for any device and model.
/// </summary>
public static class PublishedKvCapacity
{
    /// <summary>All entries.</summary>
    public static IReadOnlyList<(string Model, int Tensor, int Pipeline, long Tokens)> All { get; } =
    [
        ("opt-13b", 1, 1, 66144),
        ("opt-13b", 1, 2, 163008),
        ("opt-13b", 1, 4, 356752),
        ("opt-13b", 1, 5, 453616),
        ("opt-13b", 1, 8, 744224),
        ("opt-13b", 2, 1, 163008),
        ("opt-13b", 2, 2, 356752),
        ("opt-13b", 2, 4, 744224),
        ("opt-13b", 2, 5, 937968),
        ("opt-13b", 2, 8, 1519184),
        ("opt-13b", 4, 1, 356736),
        ("opt-13b", 4, 2, 744224),
        ("opt-13b", 4, 4, 1519168),
        ("opt-13b", 4, 5, 1906656),
        ("opt-13b", 4, 8, 3069088),
        ("opt-13b", 5, 1, 453600),
        ("opt-13b", 5, 2, 937952),
        ("opt-13b", 5, 4, 1906640),
        ("opt-13b", 5, 5, 2390992),
        ("opt-13b", 5, 8, 3844032),
        ("opt-13b", 8, 1, 744208),
        ("opt-13b", 8, 2, 1519168),
        ("opt-13b", 8, 4, 3069072),
        ("opt-13b", 8, 5, 3844032),
        ("opt-13b", 8, 8, 6168896),
        ("opt-66b", 1, 2, 11600),
        ("opt-66b", 1, 4, 78512),
        ("opt-66b", 1, 8, 212320),
        ("opt-66b", 2, 1, 11600),
        ("opt-66b", 2, 2, 78512),
        ("opt-66b", 2, 4, 212320),
        ("opt-66b", 2, 8, 479952),
        ("opt-66b", 3, 1, 45056),
        ("opt-66b", 3, 2, 145408),
        ("opt-66b", 3, 4, 346128),
        ("opt-66b", 3, 8, 747568),
        ("opt-66b", 4, 1, 78496),
        ("opt-66b", 4, 2, 212320),
        ("opt-66b", 4, 4, 479936),
        ("opt-66b", 4, 8, 1015200),
        ("opt-66b", 6, 1, 145408),
        ("opt-66b", 6, 2, 346128),
        ("opt-66b", 6, 4, 747568),
        ("opt-66b", 6, 8, 1550448),
        ("opt-66b", 8, 1, 212304),
        ("opt-66b", 8, 2, 479936),
        ("opt-66b", 8, 4, 1015184),
        ("opt-66b", 8, 8, 2085696),
        ("opt-175b", 1, 6, 26208),
        ("opt-175b", 1, 8, 59536),
        ("opt-175b", 2, 3, 26208),
        ("opt-175b", 2, 4, 59536),
        ("opt-175b", 2, 6, 126160),
        ("opt-175b", 2, 8, 192800),
        ("opt-175b", 3, 2, 26208),
        ("opt-175b", 3, 3, 76192),
        ("opt-175b", 3, 4, 126160),
        ("opt-175b", 3, 6, 226112),
        ("opt-175b", 3, 8, 326064),
        ("opt-175b", 4, 2, 59520),
        ("opt-175b", 4, 3, 126160),
        ("opt-175b", 4, 4, 192800),
        ("opt-175b", 4, 6, 326064),
        ("opt-175b", 4, 8, 459328),
        ("opt-175b", 6, 1, 26208),
        ("opt-175b", 6, 2, 126160),
        ("opt-175b", 6, 3, 226112),
        ("opt-175b", 6, 4, 326064),
        ("opt-175b", 6, 6, 525968),
        ("opt-175b", 6, 8, 725872),
        ("opt-175b", 8, 1, 59520),
        ("opt-175b", 8, 2, 192784),
        ("opt-175b", 8, 3, 326048),
        ("opt-175b", 8, 4, 459328),
        ("opt-175b", 8, 6, 725856),
        ("opt-175b", 8, 8, 992400),
    ];

    /// <summary>The published capacity in tokens, or null: the published simulator holds a missing one for not runnable.</summary>
    public static long? Tokens(string model, int tensor, int pipeline)
    {
        foreach (var entry in All)
        {
            if (entry.Model == model && entry.Tensor == tensor && entry.Pipeline == pipeline)
                return entry.Tokens;
        }
        return null;
    }
}
