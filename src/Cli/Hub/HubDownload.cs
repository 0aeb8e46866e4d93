// Owns how a file gets from an endpoint to the disk: resumed, retried, checked, whole or not at all.
using System.Net;
using System.Security.Cryptography;
using Tern.Cli.Terminal;

namespace Tern.Cli.Hub;

/// <summary>Downloads files of one repository into a folder.</summary>
/// <param name="client">The endpoint.</param>
/// <param name="reference">The repository.</param>
/// <param name="folder">Where files go, under their paths in the repository.</param>
internal sealed class HubDownload(HubClient client, HubReference reference, string folder)
{
    private const int BufferSize = 1 << 20;
    private static readonly TimeSpan s_stallTimeout = TimeSpan.FromSeconds(60);

    /// <summary>When broken transfers are tried again.</summary>
    public RetryPolicy Retries { get; init; } = new();

    /// <summary>Told the file and its bytes so far.</summary>
    public Action<HubFile, long> Progress { get; init; } = static (_, _) => { };

    /// <summary>Told what people should know: a wait, a file that is there already.</summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>Downloads a file unless it is there already.</summary>
    /// <returns>The path on disk.</returns>
    /// <exception cref="HubException">The file cannot be had; what came so far is kept for the next attempt.</exception>
    public async Task<string> PullAsync(HubFile file, CancellationToken cancellation)
    {
        string destination = DestinationOf(file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(destination)!);
        if (await IsThereAsync(file, destination, cancellation))
        {
            Notice($"{destination} is there already");
            return destination;
        }
        using var partial = await PartialFile.OpenAsync(destination, cancellation);
        if (partial.Length > file.Size)
            partial.Restart();
        bool isResumed = partial.Length > 0;
        CheckSpace(destination, file.Size - partial.Length);
        await FillAsync(file, partial, cancellation);
        if (isResumed && IsWrong(file, partial))
        {
            Notice($"{file.Path}: the earlier part does not belong to this file; starting over");
            partial.Restart();
            await FillAsync(file, partial, cancellation);
        }
        if (IsWrong(file, partial))
        {
            string digest = partial.Digest();
            partial.Discard();
            throw new HubException(
                $"{file.Path}: the checksum (SHA-256) is {digest}, but the endpoint announced {file.Sha256}; the download was discarded"
            );
        }
        if (file.Sha256 is null)
            Notice($"{file.Path}: the endpoint gives no checksum, only the size was checked");
        partial.Complete();
        return destination;
    }

    private static bool IsWrong(HubFile file, PartialFile partial) =>
        file.Sha256 is { } expected && partial.Digest() != expected;

    private Task FillAsync(HubFile file, PartialFile partial, CancellationToken cancellation) =>
        Retries.RunAsync(() => ContinueAsync(file, partial, cancellation), () => partial.Length, Notice, cancellation);

    private async Task ContinueAsync(HubFile file, PartialFile partial, CancellationToken cancellation)
    {
        if (partial.Length == file.Size)
            return;
        using var response = await client.OpenAsync(reference, file, partial.Length, cancellation);
        if (response.StatusCode != HttpStatusCode.PartialContent)
            partial.Restart(); // the server sends the file from its start
        else if (response.Content.Headers.ContentRange?.From is { } from && from != partial.Length)
            throw new HubException(
                $"{file.Path}: asked for the bytes from {partial.Length} on, the endpoint sends those from {from} on"
            );
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellation);
            await CopyAsync(file, body, partial, cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new HubUnavailableException($"{file.Path}: the connection broke: {error.Message}", inner: error);
        }
        if (partial.Length < file.Size)
            throw new HubUnavailableException(
                $"{file.Path}: the connection ended after {partial.Length} of {file.Size} bytes"
            );
    }

    private async Task CopyAsync(HubFile file, Stream body, PartialFile partial, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferSize];
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            int read;
            stall.CancelAfter(s_stallTimeout);
            try
            {
                read = await body.ReadAsync(buffer, stall.Token);
            }
            catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
            {
                throw new HubUnavailableException(
                    $"{file.Path}: nothing came for {s_stallTimeout.TotalSeconds:F0} s",
                    inner: error
                );
            }
            if (read == 0)
                return;
            if (partial.Length + read > file.Size)
            {
                partial.Discard();
                throw new HubException(
                    $"{file.Path}: the endpoint sends more than the {file.Size} bytes it announced; the download was discarded"
                );
            }
            await partial.AppendAsync(buffer.AsMemory(0, read), cancellation);
            Progress(file, partial.Length);
        }
    }

    /// <summary>A path that stays in the folder, whatever the listing says.</summary>
    private string DestinationOf(string path)
    {
        string[] parts = path.Split('/');
        bool isSafe = parts.All(part =>
            part is not ("" or "." or "..") && !part.Any(c => char.IsControl(c) || c is '\\' or ':')
        );
        return isSafe
            ? Path.Combine([Path.GetFullPath(folder), .. parts])
            : throw new HubException(
                $"the endpoint names a file '{Printable.Text(path)}', which would leave the folder; refused"
            );
    }

    private static async Task<bool> IsThereAsync(HubFile file, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != file.Size)
            return false;
        if (file.Sha256 is null)
            return true;
        await using var stream = new FileStream(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            BufferSize,
            useAsync: true
        );
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)) == file.Sha256;
    }

    private static void CheckSpace(string destination, long needed)
    {
        long free = new DriveInfo(Path.GetDirectoryName(destination)!).AvailableFreeSpace;
        if (needed > free)
            throw new HubException(
                $"{destination} needs {Printable.Bytes(needed)}, but only {Printable.Bytes(free)} are free on that disk"
            );
    }
}
