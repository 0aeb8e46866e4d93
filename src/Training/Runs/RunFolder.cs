// Owns the folder of a run: whose it is.
using System.Text;
using Tern.Formats;

namespace Tern.Training.Runs;

internal static class RunFolder
{
    private const string ConfigName = "config.json";

    /// <summary>Writes the configuration, or checks that the folder's run has the same.</summary>
    /// <exception cref="ConfigException">It has another.</exception>
    public static void Claim<T>(string folder, T config)
        where T : class
    {
        string path = Path.Combine(folder, ConfigName);
        string wanted = ConfigFile.Write(config);
        if (!File.Exists(path))
        {
            WriteText(path, wanted);
            return;
        }
        string found = File.ReadAllText(path);
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
