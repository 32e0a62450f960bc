"""Keys of models and of what is built around them."""

from __future__ import annotations

from classifiers.catalogue.secrets import ALNUM, HEX, LOWER, URL, UUID, assigned, prefixed, secret, token
from classifiers.detector import Detector

MODELS: tuple[Detector, ...] = (
    secret(
        "OPENAI_KEY",
        "An API key of OpenAI: of a project, a service account, an administrator, or an old one.",
        "OpenAI docs, API keys; all hold OpenAI in base 64",
        token(
            r"sk-(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}",
            225,
            least=r"sk-[\w-]{20,110}T3BlbkFJ",
            score=0.95,
        ),
        columns=("openai key", "openai api key"),
    ),
    secret(
        "ANTHROPIC_KEY",
        "An API key of Anthropic.",
        "Anthropic docs, API keys",
        token(r"sk-ant-api[0-9]{2}-[A-Za-z0-9_-]{80,120}", 133, least="sk-ant-api", score=0.95),
        columns=("anthropic key", "anthropic api key", "claude api key"),
    ),
    secret(
        "ANTHROPIC_ADMIN_KEY",
        "An administrator's key or an OAuth token of Anthropic.",
        "Anthropic docs, Admin API",
        token(
            r"sk-ant-(?:admin|oat|ort|sid)[0-9]{2}-[A-Za-z0-9_-]{80,120}",
            135,
            least="sk-ant-(?:admin|oat|ort|sid)",
            score=0.95,
        ),
    ),
    secret(
        "HUGGING_FACE_TOKEN",
        "A token of a user or an organisation of Hugging Face.",
        "Hugging Face docs, user access tokens",
        prefixed("hf_", "[A-Za-z]", 34),
        prefixed("api_org_", "[A-Za-z]", 34),
        chance=0.002,
        columns=("hugging face token", "huggingface token", "hf token"),
    ),
    assigned(
        "COHERE_KEY",
        "An API key of Cohere, assigned to its name.",
        "Cohere docs, API keys",
        "cohere co",
        f"{ALNUM}{{40}}",
        40,
    ),
    assigned(
        "MISTRAL_KEY",
        "An API key of Mistral, assigned to its name.",
        "Mistral docs, API keys",
        "mistral",
        f"{ALNUM}{{32}}",
        32,
    ),
    secret("GROQ_KEY", "An API key of Groq.", "Groq docs, API keys", prefixed("gsk_", ALNUM, 52)),
    secret(
        "REPLICATE_TOKEN",
        "A token of Replicate.",
        "Replicate docs, API tokens",
        prefixed("r8_", ALNUM, 37),
        chance=0.005,
    ),
    secret("PERPLEXITY_KEY", "An API key of Perplexity.", "Perplexity docs, API keys", prefixed("pplx-", ALNUM, 48)),
    secret("XAI_KEY", "An API key of xAI.", "xAI docs, API keys", prefixed("xai-", ALNUM, 80)),
    secret("NVIDIA_KEY", "An API key of NVIDIA.", "NVIDIA NGC docs, API keys", prefixed("nvapi-", URL, 64)),
    secret("OPENROUTER_KEY", "A key of OpenRouter.", "OpenRouter docs, API keys", prefixed("sk-or-v1-", HEX, 64)),
    assigned(
        "DEEPSEEK_KEY",
        "An API key of DeepSeek, assigned to its name.",
        "DeepSeek docs, API keys",
        "deepseek",
        f"sk-{HEX}{{32}}",
        35,
    ),
    secret("ELEVENLABS_KEY", "An API key of ElevenLabs.", "ElevenLabs docs, API keys", prefixed("sk_", HEX, 48)),
    secret("CEREBRAS_KEY", "An API key of Cerebras.", "Cerebras docs, API keys", prefixed("csk-", LOWER, 48)),
    secret(
        "FIREWORKS_KEY",
        "An API key of Fireworks AI.",
        "Fireworks docs, API keys",
        prefixed("fw_", ALNUM, 22, 24, score=0.8),
        chance=0.002,
    ),
    secret("TOGETHER_KEY", "An API key of Together AI.", "Together docs, API keys", prefixed("tgp_v1_", URL, 43)),
    secret(
        "VOYAGE_KEY",
        "An API key of Voyage AI.",
        "Voyage docs, API keys",
        prefixed("pa-", URL, 43, score=0.7),
        chance=0.002,
    ),
    secret("JINA_KEY", "An API key of Jina AI.", "Jina docs, API keys", prefixed("jina_", URL, 60)),
    assigned(
        "ASSEMBLYAI_KEY",
        "An API key of AssemblyAI, assigned to its name.",
        "AssemblyAI docs, authentication",
        "assemblyai assembly_ai",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "DEEPGRAM_KEY",
        "An API key of Deepgram, assigned to its name.",
        "Deepgram docs, API keys",
        "deepgram",
        f"{HEX}{{40}}",
        40,
    ),
    assigned(
        "CLARIFAI_KEY",
        "A key or personal access token of Clarifai, assigned to its name.",
        "Clarifai docs, personal access tokens",
        "clarifai",
        f"{HEX}{{32}}",
        32,
    ),
    assigned(
        "AZURE_OPENAI_KEY",
        "A key of Azure OpenAI or another Azure AI service, assigned to its name.",
        "Microsoft Learn, Azure OpenAI keys",
        "azure_openai azure_cognitive azure_speech azure_ai",
        f"{HEX}{{32}}|{ALNUM}{{84}}",
        84,
    ),
)

TOOLS: tuple[Detector, ...] = (
    secret(
        "PINECONE_KEY",
        "An API key of Pinecone.",
        "Pinecone docs, API keys",
        token(rf"pcsk_{ALNUM}{{5,6}}_{ALNUM}{{63}}", 75, least="pcsk_", score=0.95),
    ),
    assigned(
        "PINECONE_OLD_KEY",
        "An API key of Pinecone without prefix, assigned to its name.",
        "Pinecone docs, API keys",
        "pinecone",
        UUID,
        36,
    ),
    secret(
        "LANGSMITH_KEY",
        "A personal or service key of LangSmith.",
        "LangSmith docs, API keys",
        token(rf"lsv2_(?:pt|sk)_{HEX}{{32}}_{HEX}{{10}}", 51, least="lsv2_(?:pt|sk)_", score=0.95),
    ),
    secret(
        "LANGFUSE_KEY",
        "A secret key of Langfuse.",
        "Langfuse docs, API keys",
        token(rf"sk-lf-{UUID}", 42, least="sk-lf-", score=0.95),
    ),
    secret(
        "TAVILY_KEY",
        "An API key of Tavily.",
        "Tavily docs, API keys",
        token(rf"tvly-(?:(?:dev|prod)-)?{ALNUM}{{32}}", 42, least="tvly-", score=0.95),
    ),
    secret("E2B_KEY", "An API key of E2B.", "E2B docs, API keys", prefixed("e2b_", HEX, 40)),
    assigned(
        "WANDB_KEY",
        "An API key of Weights & Biases, assigned to its name.",
        "Weights & Biases docs, API keys",
        "wandb",
        f"{HEX}{{40}}",
        40,
    ),
)

DETECTORS = (*MODELS, *TOOLS)
