// Owns the proof that generated kernels can be looked at on any machine.
namespace Tern.Cli.Tests.Commands;

public sealed class KernelsTests
{
    [Fact]
    public async Task Without_a_name_tiers_and_kernels_are_listed()
    {
        string text = await TernProcess.OutputOfAsync("kernels");
        foreach (string tier in (string[])["tier off", "tier avx2", "tier avxvnni", "tier vnni", "tier amx"])
            Assert.Contains(tier, text, StringComparison.Ordinal);
        Assert.Contains("Q4_K-8", text, StringComparison.Ordinal);
        Assert.Contains("Q6_K-avx2-1", text, StringComparison.Ordinal);
        Assert.Contains("bf16-2x2", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kernel_is_printed_with_labels_comments_and_names()
    {
        string text = await TernProcess.OutputOfAsync("kernels", "q5_k-2");
        Assert.Contains("slab:\n", text, StringComparison.Ordinal);
        Assert.Contains("; inputs 16 to 31\n", text, StringComparison.Ordinal);
        Assert.Contains("zmm16=unpacked", text, StringComparison.Ordinal);
        Assert.Matches(@"vpdpbusd +sum1_0, unpacked, \[rows\+at\*8\+160h\]\{1to16\}\n", text);
        Assert.Matches(@"jmp +slab\n", text);
        Assert.Matches(@"ret\n$", text);
    }

    [Fact]
    public async Task Every_tier_is_checked_or_said_to_be_missing()
    {
        string text = await TernProcess.OutputOfAsync("kernels", "--check");
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["tier avx2", "tier avxvnni", "tier vnni", "tier amx"], lines.Select(line => line.Split(':')[0]));
        Assert.All(lines, line => Assert.Matches(": (not checked, .+|[0-9]+ products, all bit for bit .+)$", line));
    }

    [Fact]
    public async Task A_check_of_one_kernel_is_refused() =>
        (await TernProcess.RunAsync("kernels", "Q4_0-8", "--check")).AssertFailed(
            CommandErrors.Usage,
            "--check compares all kernels; leave out 'Q4_0-8'"
        );

    [Fact]
    public async Task A_kernel_that_does_not_exist_is_a_mistake_of_the_command_line() =>
        (await TernProcess.RunAsync("kernels", "q9")).AssertFailed(CommandErrors.Usage, "there is no kernel 'q9'");
}
