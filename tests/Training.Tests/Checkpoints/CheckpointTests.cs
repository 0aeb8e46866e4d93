// What a checkpoint keeps, and what is said of one that does not fit.
using Tern.Tensors;
using Tern.Training.Checkpoints;

namespace Tern.Training.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private static readonly Dictionary<string, string> s_state = new() { ["step"] = "7", ["position"] = "12" };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Path => _folder.PathOf("checkpoint.safetensors");

    [Fact]
    public void What_was_saved_comes_back_bit_for_bit()
    {
        var saved = Tensors(seed: 1);
        saved[0].Span<float>()[0] = BitConverter.UInt32BitsToSingle(0x7fc12345);
        saved[0].Span<float>()[1] = -0f;
        Checkpoint.Save(Path, saved, s_state);
        var loaded = Tensors(seed: 2);
        var state = Checkpoint.Load(Path, loaded);
        Assert.Equal(s_state, state);
        foreach (var (one, other) in saved.Zip(loaded))
            Assert.True(one.Span<byte>().SequenceEqual(other.Span<byte>()), one.Name);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_and_nothing_is_filled()
    {
        Checkpoint.Save(Path, Tensors(seed: 1), s_state);
        byte[] whole = File.ReadAllBytes(Path);
        foreach (int length in (int[])[0, 1, 7, 8, 9, 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(Path, whole[..length]);
            var loaded = Tensors(seed: 2);
            var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(Path, loaded));
            Assert.Contains(Path, error.Message, StringComparison.Ordinal);
            AssertUntouched(loaded);
        }
    }

    [Fact]
    public void A_file_with_any_bit_changed_is_refused_and_nothing_is_filled()
    {
        Checkpoint.Save(Path, Tensors(seed: 1), s_state);
        byte[] bytes = File.ReadAllBytes(Path);
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= (byte)(1 << (at % 8));
            // A blank of the padding, or a blank for another white character, means nothing.
            if (bytes[at] == ' ' && damaged[at] is (byte)'\t' or (byte)'\n' or (byte)'\r')
                continue;
            File.WriteAllBytes(Path, damaged);
            var loaded = Tensors(seed: 2);
            Assert.Throws<CheckpointException>(() => Checkpoint.Load(Path, loaded));
            AssertUntouched(loaded);
        }
    }

    [Fact]
    public void Tensors_of_another_run_are_refused_by_name()
    {
        Checkpoint.Save(Path, Tensors(seed: 1), s_state);
        Refused([.. Tensors(2), Tensor.Allocate("third", DType.F32, 1)], "lacks 'third'");
        Refused([Tensors(2)[0]], "holds 'second'");
        Refused([Tensors(2)[0], Tensor.Allocate("second", DType.F32, 5)], "second F32 [5]");
        Refused([Tensors(2)[0], Tensor.Allocate("second", DType.F16, 2, 3)], "second F16");

        void Refused(Tensor[] tensors, string because)
        {
            var error = Assert.Throws<CheckpointException>(() => Checkpoint.Load(Path, tensors));
            Assert.Contains(because, error.Message, StringComparison.Ordinal);
            AssertUntouched(tensors);
        }
    }

    private static void AssertUntouched(Tensor[] tensors)
    {
        foreach (var (one, other) in tensors.Zip(Tensors(seed: 2)))
            if (one.Type == other.Type && one.Shape.SequenceEqual(other.Shape))
                Assert.True(one.Span<byte>().SequenceEqual(other.Span<byte>()), one.Name);
    }

    private static Tensor[] Tensors(int seed)
    {
        var random = new Random(seed);
        Tensor[] tensors = [Tensor.Allocate("first", DType.F32, 5), Tensor.Allocate("second", DType.F32, 2, 3)];
        foreach (var tensor in tensors)
            random.NextBytes(tensor.Span<byte>());
        return tensors;
    }
}
