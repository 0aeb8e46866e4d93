// Owns the proof that tests are named as people type them.
using Tern.Cli;

namespace Tern.Peers.Tests;

public sealed class WorkloadTests
{
    [Fact]
    public void Names_are_kinds_and_sizes() =>
        Assert.Equal(
            ["prompt of 2048", "decode 8, 1 stream", "decode 8, 16 streams", "16 clients over HTTP"],
            Workload
                .Parse("prompt-2048, decode-1,decode-16,clients-16,decode-1", steps: 8, depth: 0)
                .Select(test => test.Title)
        );

    [Fact]
    public void What_comes_after_a_context_has_a_name_of_its_own() =>
        Assert.Equal(
            ["prompt of 512, after 2048", "decode 8, 1 stream, after 2048", "2 clients over HTTP"],
            Workload.Parse("prompt-512,decode-1,clients-2", steps: 8, depth: 2048).Select(test => test.Title)
        );

    [Theory]
    [InlineData("")]
    [InlineData("prompt")]
    [InlineData("prompt-0")]
    [InlineData("decode--1")]
    [InlineData("decode-257")]
    [InlineData("sleep-8")]
    public void Other_names_are_refused(string name)
    {
        var error = Assert.Throws<CommandLineException>(() => Workload.Parse(name, steps: 8, depth: 0));
        Assert.Contains("prompt-TOKENS", error.Message, StringComparison.Ordinal);
    }
}
