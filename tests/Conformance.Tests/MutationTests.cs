// Owns the fuzzing of the whole way: a good model with a byte changed or its end cut off is loaded and answers, or is
// refused by a message of ours.
using Tern.Testing;

namespace Tern.Conformance.Tests;

public class MutationTests
{
    private static readonly int s_rounds = Environment.GetEnvironmentVariable("TERN_LONG_TESTS") == "1" ? 20_000 : 400;

    [SharedTheory]
    [InlineData("gguf-valid.gguf", 1)]
    [InlineData("gguf-valid-unknown-keys.gguf", 2)]
    public async Task A_model_with_a_changed_byte_answers_or_is_refused(string name, int seed)
    {
        byte[] good = await File.ReadAllBytesAsync(SharedData.PathOf("conformance", "hostile-files", name));
        var random = new Random(seed);
        string path = Path.Combine(Path.GetTempPath(), $"tern-mutation-{Guid.NewGuid():N}.gguf");
        try
        {
            for (int round = 0; round < s_rounds; round++)
            {
                byte[] bad = [.. good];
                // Metadata and tensor entries come first; weights rarely decide whether a file is accepted.
                int position = random.Next(random.Next(10) == 0 ? good.Length : 8000);
                bad[position] =
                    random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(bad[position] ^ (1 << random.Next(8)));
                int length = random.Next(20) == 0 ? random.Next(good.Length) : good.Length;
                await File.WriteAllBytesAsync(path, bad.AsMemory(0, length));
                var failure = await Record.ExceptionAsync(() => HostileFile.UseAsync(path));
                Assert.True(
                    failure is null || HostileFile.IsRefusal(failure),
                    $"{name} with byte {position} = {bad[position]}, {length} bytes: {failure}"
                );
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
