// Owns "tern pull": a model from a Hugging Face-compatible endpoint.
using System.CommandLine;
using Tern.Cli.Hub;
using Tern.Cli.Options;
using Tern.Cli.Terminal;

namespace Tern.Cli.Commands;

/// <summary>Downloads a model.</summary>
internal static class PullCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = $"owner/repo or owner/repo:quant; default quant {QuantSelection.Default}, or the only one",
        };
        var endpoint = EnvironmentOption.Create<string?>(
            "--endpoint",
            "Address of a Hugging Face-compatible server; also HF_ENDPOINT",
            null
        );
        var token = EnvironmentOption.Create<string?>(
            "--token",
            "Access token, sent to the endpoint's host only; also HF_TOKEN",
            null
        );
        var folder = EnvironmentOption.Create("--dir", "Folder for the files", ".");
        var revision = EnvironmentOption.Create("--revision", "Branch, tag or commit", "main");
        var command = new Command("pull", "Download a model; goes on where an earlier attempt stopped.")
        {
            model,
            endpoint,
            token,
            folder,
            revision,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var reference = HubReference.Parse(parsed.GetRequiredValue(model), parsed.GetRequiredValue(revision));
                string address =
                    parsed.GetValue(endpoint)
                    ?? Variable("HF_ENDPOINT")
                    ?? throw new CommandLineException(
                        "no endpoint: give --endpoint URL, or set TERN_ENDPOINT (or HF_ENDPOINT) to the address of a Hugging Face-compatible server"
                    );
                using var client = new HubClient(address, parsed.GetValue(token) ?? Variable("HF_TOKEN"));
                await PullAsync(client, reference, parsed.GetRequiredValue(folder), cancellation);
                return 0;
            }
        );
        return command;
    }

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static async Task PullAsync(
        HubClient client,
        HubReference reference,
        string folder,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<HubFile> files = [];
        await new RetryPolicy().RunAsync(
            async () => files = await client.ListAsync(reference, cancellation),
            static () => 0,
            Console.Error.WriteLine,
            cancellation
        );
        foreach (var file in QuantSelection.Choose(files, reference))
        {
            Console.Error.WriteLine($"{Printable.Text(file.Path)}, {Printable.Bytes(file.Size)}");
            using var line = new TransferLine(file.Path, file.Size);
            var download = new HubDownload(client, reference, folder)
            {
                Progress = (_, bytes) => line.Update(bytes),
                Notice = text => Console.Error.WriteLine(Printable.Text(text)),
            };
            Console.Out.WriteLine(await download.PullAsync(file, cancellation));
        }
    }
}
