// Owns where llama.cpp comes from: a prebuilt package, pinned by the lock file beside this project.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tern.Peers.LlamaCpp;

/// <summary>Finds the folder of llama.cpp's libraries, installing them when they are missing.</summary>
internal static class LlamaCppInstall
{
    private const string LockFile = "package-lock.json";

    /// <summary>The folder that holds libllama and its backends.</summary>
    /// <exception cref="LlamaCppException">There is no such build for this machine, or npm failed.</exception>
    public static string Folder()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            throw new LlamaCppException(
                $"the pinned llama.cpp is built for Linux on x64; this is {RuntimeInformation.RuntimeIdentifier}"
            );
        string project =
            Above(AppContext.BaseDirectory, LockFile)
            ?? throw new LlamaCppException(
                $"no {LockFile} above {AppContext.BaseDirectory}; run the program from the repository"
            );
        string folder = Path.Combine(project, "node_modules", "@node-llama-cpp", "linux-x64", "bins", "linux-x64");
        if (!Directory.Exists(folder))
            Install(project);
        return Directory.Exists(folder)
            ? folder
            : throw new LlamaCppException($"npm succeeded, but {folder} is not there");
    }

    /// <summary>The nearest folder from <paramref name="start"/> upwards that holds a file; null = none.</summary>
    public static string? Above(string start, string file)
    {
        string? folder = start;
        while (folder is not null && !File.Exists(Path.Combine(folder, file)))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static void Install(string project)
    {
        Console.Error.WriteLine($"llama.cpp is not installed: running npm ci in {project} (about 30 MB)");
        var start = new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = project,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        try
        {
            using var npm = Process.Start(start) ?? throw new LlamaCppException("npm did not start");
            Console.Error.Write(npm.StandardOutput.ReadToEnd());
            npm.WaitForExit();
            if (npm.ExitCode != 0)
                throw new LlamaCppException($"npm ci in {project} ended with exit code {npm.ExitCode}");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new LlamaCppException($"npm is needed to install llama.cpp and did not start: {error.Message}");
        }
    }
}
