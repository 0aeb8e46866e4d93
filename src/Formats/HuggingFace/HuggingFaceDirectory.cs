// Owns the opening of a Hugging Face directory as if it were a GGUF file.
using Tern.Formats.Gguf;
using Tern.Formats.Safetensors;
using Tern.Tensors;

namespace Tern.Formats.HuggingFace;

/// <summary>Opens config.json with safetensors; tokenizer files are listed in <see cref="ModelFile.SideFiles"/>.</summary>
public static class HuggingFaceDirectory
{
    /// <summary>The tokenizer with vocabulary and rules.</summary>
    public const string TokenizerName = "tokenizer.json";

    /// <summary>Special tokens, chat template and flags of the tokenizer.</summary>
    public const string TokenizerConfigName = "tokenizer_config.json";

    /// <summary>Ids that end a text, defaults of sampling.</summary>
    public const string GenerationConfigName = "generation_config.json";

    /// <summary>The chat template, when it is a file of its own.</summary>
    public const string ChatTemplateName = "chat_template.jinja";

    internal const string ConfigName = "config.json";

    private static readonly string[] SideFileNames =
    [
        TokenizerName,
        TokenizerConfigName,
        GenerationConfigName,
        ChatTemplateName,
        "special_tokens_map.json",
    ];

    /// <summary>The <c>model_type</c>s that can be opened.</summary>
    public static IReadOnlyList<string> KnownModelTypes { get; } =
    [.. HuggingFaceArchitecture.Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens the directory.</summary>
    /// <exception cref="ModelFormatException">A file is damaged, or the architecture or a tensor is not known.</exception>
    /// <exception cref="FileNotFoundException">There is no config.json or no safetensors.</exception>
    public static ModelFile Open(string directory)
    {
        string configFile = Path.Combine(directory, ConfigName);
        if (!File.Exists(configFile))
            throw new FileNotFoundException($"{directory} has no {ConfigName}: not a Hugging Face model", configFile);
        var config = HuggingFaceConfig.Read(configFile);
        var architecture = FindArchitecture(config);
        config = config.WithDefaults(architecture.Defaults);
        var model = SafetensorsReader.Open(directory);
        try
        {
            var tensors = HuggingFaceTensors.Map(model, config, architecture);
            var metadata = new MetadataBuilder(architecture.Name);
            metadata.Set("general.architecture", architecture.Name);
            string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
            ArchitectureKeys.Common(config, metadata, name, FileTypeOf(tensors.Values));
            architecture.Keys(config, metadata);
            return new ModelFile(directory, new Metadata(configFile, metadata.Values), tensors, [model])
            {
                SideFiles = SideFileNames
                    .Select(file => (file, path: Path.Combine(directory, file)))
                    .Where(pair => File.Exists(pair.path))
                    .ToDictionary(pair => pair.file, pair => pair.path, StringComparer.Ordinal),
            };
        }
        catch (OverflowException e)
        {
            model.Dispose();
            throw new ModelFormatException(configFile, "size", "a size in it overflows", e);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static HuggingFaceArchitecture FindArchitecture(HuggingFaceConfig config)
    {
        string type =
            config.Root.TryGetProperty("model_type", out var value)
            && value.ValueKind == System.Text.Json.JsonValueKind.String
                ? config.Root.GetProperty("model_type").GetString()!
                : throw config.Error("model_type", "the key is missing or no string");
        if (!HuggingFaceArchitecture.Known.TryGetValue(type, out var architecture))
        {
            throw config.Error(
                "model_type",
                $"architecture '{type}' is not supported (known are {string.Join(", ", KnownModelTypes)})"
            );
        }
        if (config.Section("quantization_config")?.OptionalString("quant_method") is { } method and not "mxfp4")
        {
            throw config.Error(
                "quantization_config",
                $"weights quantized by '{method}' are not supported; take the unquantized model (or one in mxfp4)"
            );
        }
        return architecture;
    }

    private static GgufFileType FileTypeOf(IEnumerable<Tensor> tensors) =>
        tensors.FirstOrDefault(t => t.Shape.Length > 1 && t.Type is DType.F16 or DType.BF16)?.Type switch
        {
            DType.F16 => GgufFileType.F16,
            DType.BF16 => GgufFileType.BF16,
            _ => GgufFileType.F32,
        };
}
