// Owns the folder of a run: whose it is.
using System.Text;
using Tern.Formats;

namespace Tern.Training.Runs;

internal static class RunFolder
{
    private const string ConfigName = "config.json";
    private const string LockName = ".lock";

    /// <summary>Checks that the folder is free or has a run of this configuration, and clears away what a killed process left.</summary>
    /// <exception cref="ConfigException">It has a run of another.</exception>
    public static void Enter<T>(string folder, T config)
        where T : class
    {
        string path = Path.Combine(folder, ConfigName);
        if (File.Exists(path))
        {
            // Read and written again, so that a key that came later has its default there too.
            var found = ConfigFile.Parse<T>(path, File.ReadAllText(path));
            Compare(path, ConfigFile.Write(found), ConfigFile.Write(config));
        }
        foreach (string unfinished in Directory.EnumerateFiles(folder, "*.part"))
            File.Delete(unfinished);
    }

    /// <summary>Keeps other processes out until it is disposed, or the process ends.</summary>
    /// <exception cref="ConfigException">Another process is in.</exception>
    public static FileStream Lock(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new ConfigException(folder, "another process is training in this folder; name another", error);
        }
    }

    /// <summary>Writes the configuration: the folder has a run from now on.</summary>
    public static void Claim<T>(string folder, T config)
        where T : class
    {
        string path = Path.Combine(folder, ConfigName);
        if (!File.Exists(path))
            WriteText(path, ConfigFile.Write(config));
    }

    /// <summary>Whether the folder has a run.</summary>
    public static bool IsClaimed(string folder) => File.Exists(Path.Combine(folder, ConfigName));

    private static void Compare(string path, string found, string wanted)
    {
        if (found == wanted)
            return;
        var lines = found.Split('\n').Zip(wanted.Split('\n'));
        var (foundLine, wantedLine) = lines.Where(pair => pair.First != pair.Second).FirstOrDefault();
        throw new ConfigException(
            path,
            $"the folder holds a run of another configuration ('{foundLine?.Trim()}' there, '{wantedLine?.Trim()}' asked for); "
                + "name another folder, or restore the configuration to go on with this run"
        );
    }

    /// <summary>Writes a text whole or not at all.</summary>
    public static void WriteText(string path, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AtomicFile.Write(path, bytes.Length, stream => stream.Write(bytes));
    }
}
