// "tern train" as a process: what signals, sudden death and full disks leave behind.
using System.Diagnostics;
using System.Globalization;

namespace Tern.Cli.Tests.Commands;

public sealed class TrainTests : IDisposable
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "tern.dll");
    private readonly TemporaryFolder _folder = new();

    public TrainTests()
    {
        File.WriteAllText(
            _folder.PathOf("data.txt"),
            string.Join("\n\n", Enumerable.Range(0, 60).Select(i => $"the cat {i} sat on the mat {i * i} times"))
        );
        File.WriteAllText(
            _folder.PathOf("tiny.json"),
            """
            {
              "name": "tiny",
              "model": { "contextLength": 32, "width": 32, "layers": 2, "heads": 2, "kvHeads": 1, "headDim": 16, "feedForward": 48 },
              "tokenizer": { "vocabularySize": 300 },
              "data": { "files": ["data.txt"], "validationSamples": 4 },
              "steps": 150,
              "batchTokens": 400,
              "checkpointEvery": 3,
              "validateEvery": 50
            }
            """
        );
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_is_terminated_and_killed_again_and_again_ends_as_one_that_was_left_alone()
    {
        var whole = await RunAsync("whole");
        Assert.Equal(0, whole.ExitCode);
        Assert.Contains("kernel efficiency 0.", whole.Output, StringComparison.Ordinal);

        var terminated = await RunAsync("stopped", kill: (10, "-TERM"));
        Assert.Equal(CommandErrors.Interrupted, terminated.ExitCode);
        Assert.Contains("stopped and saved at step ", terminated.Output, StringComparison.Ordinal);
        int saved = CheckpointStep("stopped");
        Assert.InRange(saved, 10, 149);
        Assert.Equal(saved, LastStep("stopped"));

        // At moments of chance, also within saving: with a checkpoint every third step a good part of the time goes there.
        var random = new Random(1);
        for (int steps = saved; steps < 130; )
        {
            steps += random.Next(5, 40);
            var killed = await RunAsync("stopped", kill: (steps, "-KILL"), delayMs: random.Next(0, 20));
            if (killed.ExitCode == 0)
                break;
            // What the log has seen and the checkpoint has not is less than the distance of checkpoints, and one in the writing.
            Assert.InRange(LastStep("stopped") - CheckpointStep("stopped"), 0, 5);
        }
        Assert.Equal(0, (await RunAsync("stopped")).ExitCode);
        foreach (string name in (string[])["checkpoint.safetensors", "tiny.gguf", "huggingface/model.safetensors"])
            Assert.True(Bytes("whole", name).AsSpan().SequenceEqual(Bytes("stopped", name)), name);
        Assert.Empty(Directory.GetFiles(_folder.PathOf("stopped"), "*.part"));
    }

    [Fact]
    public async Task A_full_disk_ends_the_run_with_the_checkpoint_before()
    {
        Assert.Equal(CommandErrors.Interrupted, (await RunAsync("run", kill: (4, "-TERM"))).ExitCode);
        byte[] before = Bytes("run", "checkpoint.safetensors");
        // A limit on the size of files, in kibibytes, below that of a checkpoint. The runtime would map its code from a larger one.
        var full = await RunAsync(
            "run",
            shell: $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f {before.Length / 2048}; exec \"$@\""
        );
        Assert.Equal(CommandErrors.Failure, full.ExitCode);
        Assert.Contains("checkpoint.safetensors: could not write", full.Error, StringComparison.Ordinal);
        Assert.Equal(before, Bytes("run", "checkpoint.safetensors"));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("run"), "*.part"));
    }

    [Fact]
    public async Task A_misspelt_key_is_one_line_with_the_key_that_was_meant()
    {
        File.WriteAllText(
            _folder.PathOf("wrong.json"),
            File.ReadAllText(_folder.PathOf("tiny.json")).Replace("batchTokens", "batchToken", StringComparison.Ordinal)
        );
        (await TernProcess.RunAsync("train", _folder.PathOf("wrong.json"))).AssertFailed(
            CommandErrors.Failure,
            "unknown key 'batchToken'; did you mean 'batchTokens'?"
        );
    }

    private byte[] Bytes(string run, string name) => File.ReadAllBytes(Path.Combine(_folder.PathOf(run), name));

    private int CheckpointStep(string run)
    {
        using var file = Tern.Formats.Safetensors.SafetensorsReader.Open(
            Path.Combine(_folder.PathOf(run), "checkpoint.safetensors")
        );
        return int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
    }

    private int LastStep(string run) => Steps(run).LastOrDefault();

    /// <summary>Whole lines of the log; a process may be writing to it.</summary>
    private IEnumerable<int> Steps(string run)
    {
        string path = Path.Combine(_folder.PathOf(run), "log.jsonl");
        if (!File.Exists(path))
            return [];
        using var reader = new StreamReader(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        );
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n')
                .Where(line => line.EndsWith('}'))
                .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()),
        ];
    }

    /// <summary>Runs the program, and sends it a signal when its log has reached a step.</summary>
    private async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string run,
        (int Step, string Signal)? kill = null,
        int delayMs = 0,
        string? shell = null
    )
    {
        string[] command =
        [
            "dotnet",
            s_program,
            "train",
            _folder.PathOf("tiny.json"),
            "-o",
            _folder.PathOf(run),
            "--threads",
            "1",
        ];
        if (shell is not null)
            command = ["bash", "-c", shell, "bash", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (kill is { } at)
        {
            while (!process.HasExited && LastStep(run) < at.Step)
                await Task.Delay(1);
            await Task.Delay(delayMs);
            using var signal = Process.Start("kill", [at.Signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
            await signal.WaitForExitAsync();
        }
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return (process.ExitCode, await output, await error);
    }
}
