// Owns where curves are kept and for what they are found again: the same key only, never from a damaged file.
using Tern.Engine.Calibration;

namespace Tern.Engine.Tests.Calibration;

public sealed class CostStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tern-costs-");

    private string Model => Path.Combine(_folder.FullName, "model.gguf");

    private string Beside => $"{Model}.tern-costs.json";

    private string Cache => Path.Combine(_folder.FullName, "cache");

    private CostStore Store => new(Model, Cache);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_kept_is_found_whole()
    {
        var curves = Curves();
        Assert.Equal(Beside, Store.Keep(curves));
        var (found, file) = Store.Find(curves.Key)!.Value;
        Assert.Equal(Beside, file);
        Assert.Equal(curves.Points, found.Points);
        Assert.Equal(curves with { Points = [] }, found with { Points = [] });
        Assert.All(found.Points, point => Assert.Equal(point.Ms, found.Latency().StepMs(point.Step.Shape), 1e-9));
        Assert.Equal([Beside], Directory.GetFiles(_folder.FullName));
    }

    public static TheoryData<string, Func<CostKey, CostKey>> OtherKeys =>
        new()
        {
            { "model", key => key with { Model = "another" } },
            { "processor", key => key with { Processor = "another" } },
            { "backend", key => key with { Backend = "another" } },
            { "numerics", key => key with { Numerics = "Float32" } },
            { "cache", key => key with { KvCacheType = "F32" } },
            { "version", key => key with { Version = "0.2.0" } },
        };

    [Theory]
    [MemberData(nameof(OtherKeys), DisableDiscoveryEnumeration = true)]
    public void Another_key_finds_nothing(string what, Func<CostKey, CostKey> change)
    {
        var curves = Curves();
        Store.Keep(curves);
        Assert.True(Store.Find(change(curves.Key)) is null, what);
    }

    [Fact]
    public void Settings_of_one_model_are_kept_side_by_side_and_an_old_version_or_model_is_not()
    {
        var first = Curves();
        var threads = first with { Key = first.Key with { Backend = "one thread" } };
        var faster = threads with { BytesPerSecond = 9e9 };
        foreach (var curves in new[] { first, threads, faster })
            Store.Keep(curves);
        Assert.Equal(2, CostFile.Read(Beside).Count);
        Assert.Equal(9e9, Store.Find(threads.Key)!.Value.Curves.BytesPerSecond);
        Store.Keep(first with { Key = first.Key with { Version = "0.2.0" } });
        Assert.Single(CostFile.Read(Beside));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{}", "format")]
    [InlineData("null", "null")]
    [InlineData("{\"format\": 2, \"curves\": []}", "format is 2")]
    [InlineData("{\"format\": 1, \"curves\": []}", "empty")]
    [InlineData("{\"format\": 1, \"curves\": [{}]}", "key")]
    public void A_damaged_file_is_named_with_the_way_out_and_measuring_replaces_it(string text, string problem)
    {
        File.WriteAllText(Beside, text);
        var curves = Curves();
        var damaged = Assert.Throws<CostFileException>(() => Store.Find(curves.Key));
        Assert.Equal(Beside, damaged.File);
        Assert.Contains(Beside, damaged.Message, StringComparison.Ordinal);
        Assert.Contains(problem, damaged.Message, StringComparison.Ordinal);
        Assert.Contains("tern calibrate", damaged.Message, StringComparison.Ordinal);
        Store.Keep(curves);
        Assert.NotNull(Store.Find(curves.Key));
    }

    [Theory]
    [InlineData("\"ms\": 5,", "\"ms\": -5,")]
    [InlineData("\"ms\": 5", "\"ms\": \"5\"")]
    [InlineData("\"sequences\": 1", "\"sequences\": 0")]
    [InlineData("\"chunk\": 1", "\"chunk\": -1")]
    [InlineData("\"layers\": 2", "\"layers\": 0")]
    [InlineData("\"kv_tokens\": 512,", "")]
    [InlineData("\"planned\": 9", "\"planned\": 9, \"surprise\": 1")]
    public void One_wrong_number_makes_a_file_damaged(string right, string wrong)
    {
        Store.Keep(Curves());
        string text = File.ReadAllText(Beside);
        Assert.Contains(right.TrimEnd(','), text, StringComparison.Ordinal);
        File.WriteAllText(Beside, text.Replace(right.TrimEnd(','), wrong.TrimEnd(','), StringComparison.Ordinal));
        Assert.Throws<CostFileException>(() => CostFile.Read(Beside));
    }

    [Fact]
    public void A_folder_that_may_not_be_written_leaves_the_user_s_cache()
    {
        // Whoever runs this, a folder in the file's place cannot be replaced by it.
        Directory.CreateDirectory(Beside);
        var curves = Curves();
        string file = Store.Keep(curves);
        Assert.StartsWith(Cache, file, StringComparison.Ordinal);
        Assert.Equal(file, Store.Find(curves.Key)!.Value.File);
        // Another model of that name has a file of its own.
        var other = new CostStore(Path.Combine(_folder.FullName, "elsewhere", "model.gguf"), Cache);
        Assert.Null(other.Find(curves.Key));
        Assert.Empty(Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void A_folder_that_is_a_model_keeps_them_inside()
    {
        string file = new CostStore(_folder.FullName + Path.DirectorySeparatorChar, Cache).Keep(Curves());
        Assert.Equal(Path.Combine(_folder.FullName, "tern-costs.json"), file);
    }

    private static CostCurves Curves() =>
        new()
        {
            Key = new CostKey("8 bytes", "a processor", "two threads", "Fast", "F16", "0.1.0"),
            Planned = 9,
            BytesPerSecond = 1e10,
            FlopsPerSecond = 1e11,
            WeightBytes = 1000,
            Layers = 2,
            Width = 64,
            Heads = 4,
            KvHeads = 2,
            Vocabulary = 100,
            KvBytesPerToken = 256,
            KvTokens = 512,
            ContextLength = 128,
            Points = [new(new(1, 0, 0, 0), 5), new(new(0, 0, 1, 16), 6), new(new(0, 0, 1, 64), 7)],
        };
}
