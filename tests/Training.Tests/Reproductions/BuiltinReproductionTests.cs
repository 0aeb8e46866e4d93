// The model that ships, made again from nothing.
using Tern.Formats.Gguf;
using Tern.Kernels.Cpu;
using Tern.Testing;
using Tern.Training.Builtin;
using Tern.Training.Export;
using Tern.Training.Runs;

namespace Tern.Training.Tests.Reproductions;

public sealed class BuiltinReproductionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LongFact]
    public void Trained_again_the_built_in_model_is_the_same_file_to_the_last_byte()
    {
        using var backend = new CpuBackend(2);
        using var run = TrainingRun.Open(BuiltinConfig.Read(), "", _folder.PathOf("run"), backend);
        run.Run(_ => { }, default);
        string path = _folder.PathOf("again.gguf");
        DecoderExport
            .Of(run.Decoder, run.Config.Name, run.TokenizerFiles, run.Config.Temperature)
            .WriteGguf(path, GgufFileType.Q8_0);
        byte[] shipped = File.ReadAllBytes(Checkout.PathOf("models", "builtin", "builtin.gguf"));
        Assert.True(shipped.AsSpan().SequenceEqual(File.ReadAllBytes(path)), "the files differ");
    }
}
